import { answerCalls } from '../platform/worker-thread.js';
import { type MatchCall, MatchWork } from './match-work.js';

/** The file that the threads of `MatchWorkers` run. */
const work = new MatchWork();
answerCalls((call, onShare) => work.answer(call as MatchCall, onShare));
