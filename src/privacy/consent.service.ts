import type { Channel } from '../channels/channel.js';
import type { RequestContext } from '../platform/context.js';
import { badInput, notFound } from '../platform/errors.js';
import { ulid } from '../platform/ids.js';
import { toEnd } from '../platform/pieces.js';
import { NO_FACTS } from '../profiles/anchored-facts.rules.js';
import type { Profile } from '../profiles/profile.entity.js';
import type { ProfileService } from '../profiles/profile.service.js';
import type { ProfileAnchors, ProfileAnchorsService } from '../profiles/profile-anchors.service.js';
import type { StitchService } from '../profiles/stitch.service.js';
import type { Consent } from './consent.entity.js';
import type { ConsentProof, ConsentStore } from './consent.store.js';
import { type ConsentFact, type ConsentFacts, NO_CONSENTS } from './consent-fact.js';
import { lastWordsOf } from './consent-fold.rules.js';
import { type AskedConsent, readConsent } from './consent-input.rules.js';
import { saidTo } from './consent-state.rules.js';
import { lowest, noting } from './noted-accounts.js';
import { isPartner } from './opening.rules.js';

/** Tells what a partner is called. */
interface Partners {
  partnerNamed(ctx: RequestContext, idOrName: string): Promise<string | undefined>;
}

/** Records what customers said of purposes, and tells of it. */
export class ConsentService {
  constructor(
    private readonly ledger: ConsentStore,
    private readonly profiles: ProfileService,
    private readonly anchors: ProfileAnchorsService,
    private readonly stitching: StitchService,
    private readonly partners: Partners,
  ) {}

  /**
   * Records what the person said, of every account they have now: taken back, it stays so with each of them; a grant
   * stays with the account of its channel, else with the one seen last. It is later than all that was said before.
   * BAD_USER_INPUT names the fault, NOT_FOUND where there is no such profile; then nothing is recorded.
   */
  async record(ctx: RequestContext, profileId: string, channel: Channel | null, asked: AskedConsent): Promise<Consent> {
    const { evidence, guardian, grant: wanted, ...said } = readConsent(asked, ctx.now());
    const { id } = await this.profiles.get(ctx, profileId);
    const anchors = await this.anchors.find(ctx, id);
    if (!anchors) throw notFound(`The profile ${profileId}`);
    const grant = wanted && { ...wanted, partner: await this.partnerOf(ctx, wanted.partner, anchors.state.consents) };
    const at = momentAfter(anchors.state.consents, ctx.now());
    const place = { anchorId: anchorOf(anchors, channel), accountIds: [...anchors.known].sort() };
    const fact = { id: `con_${ulid(at)}`, ...said, channel, at, isGuarded: guardian !== null, grant, ...place };
    await this.append(ctx, anchors, fact, { evidence, guardian, actor: ctx.principal.subject });
    return toConsent(fact);
  }

  /** What was last said, by purpose, channel and partner. A partner sees what was said of itself. */
  saidOf({ principal }: RequestContext, { consents = NO_CONSENTS }: Profile): Consent[] {
    const said = saidTo(consents);
    if (!isPartner(principal)) return said.map(toConsent);
    const own = said.filter(({ purpose, grant }) => {
      return purpose === 'PARTNER_SHARING' && (grant === null || grant.partner === principal.name);
    });
    return own.map(toConsent);
  }

  /** What proves an entry. One command for all entries of a request. */
  proofOf(ctx: RequestContext, id: string): Promise<ConsentProof | null> {
    return ctx.loaders.of<ConsentProof>('consent proofs', (ids) => this.ledger.findProofs(ctx, ids)).load(id);
  }

  private async append(
    ctx: RequestContext,
    anchors: ProfileAnchors,
    fact: ConsentFact,
    proof: ConsentProof,
  ): Promise<void> {
    const noted = [...fact.accountIds];
    await this.ledger.appendSpread(ctx, { fact, proof }, noting(anchors.others(), noted));
    const accountIds = lowest(noted);
    const consents = lastWordsOf([{ ...fact, accountIds }]);
    const { erased } = await this.stitching.stitch(ctx, {
      accounts: new Map(),
      pairs: [fact.anchorId, ...accountIds].map((id) => [id, id] as const),
      events: new Map(),
      facts: { ...NO_FACTS, consents },
    });
    ctx.loaders.forget('profiles');
    if (erased.size === 0) return;
    // they were erased after the profile was read: what has been gone through already must not stay
    if (accountIds.some((id) => !erased.has(id))) return toEnd(this.ledger.erase(ctx, [...erased]));
    await this.ledger.takeBack(ctx, fact.id);
    throw notFound(`The profile ${anchors.state.id}`);
  }

  /** The partner's name; one whose tokens are gone is still known by what was said of it. */
  private async partnerOf(ctx: RequestContext, idOrName: string, { entries }: ConsentFacts): Promise<string> {
    const known = entries.some(({ grant }) => grant?.partner === idOrName);
    const name = known ? idOrName : await this.partners.partnerNamed(ctx, idOrName);
    if (name === undefined) throw badInput('grant.partner', 'must be the name or the id of an API token');
    return name;
  }
}

function anchorOf({ state, known }: ProfileAnchors, channel: Channel | null): string {
  const [latest = ''] = known;
  return state.accounts.find((account) => account.channel === channel)?.id ?? latest;
}

/** Events may be timed a little ahead: what is said now still comes after them. */
function momentAfter({ entries }: ConsentFacts, now: Date): Date {
  return new Date(Math.max(now.getTime(), ...entries.map(({ at }) => at.getTime() + 1)));
}

function toConsent({ anchorId: _, accountIds: __, ...said }: ConsentFact): Consent {
  return said as Consent;
}
