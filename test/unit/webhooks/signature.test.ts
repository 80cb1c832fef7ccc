import { expect, test } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { secretFrom, signedHeaders } from '../../../src/webhooks/signature.rules.js';

/** As the reference libraries of Standard Webhooks test themselves. */
const KNOWN = {
  secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  at: new Date(1_614_265_330_000),
  body: '{"test": 2432232314}',
  signature: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
};

test('a message is signed as the known answer says', () => {
  expect(signedHeaders(KNOWN, [KNOWN.secret])).toEqual({
    'webhook-id': KNOWN.id,
    'webhook-timestamp': '1614265330',
    'webhook-signature': KNOWN.signature,
  });
});

test('a receiver with either secret verifies what both have signed, and one with another does not', () => {
  const [before, after, other] = [1, 2, 3].map((seed) => secretFrom(Buffer.alloc(32, seed)));
  const message = { id: 'whm_1', at: new Date(), body: '{"name":"李雷"}' };
  const headers = signedHeaders(message, [after ?? '', before ?? '']);
  expect(headers['webhook-signature']?.split(' ')).toHaveLength(2);
  for (const secret of [before, after])
    expect(new Webhook(secret ?? '').verify(message.body, headers)).toEqual({ name: '李雷' });
  expect(() => new Webhook(other ?? '').verify(message.body, headers)).toThrow('No matching signature');
  expect(() => new Webhook(after ?? '').verify(`${message.body} `, headers)).toThrow('No matching signature');
});
