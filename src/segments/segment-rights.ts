import { isConfined, type Principal } from '../access/principal.js';
import { AppError } from '../platform/errors.js';
import { isPartner } from '../privacy/opening.rules.js';

/**
 * FORBIDDEN for tokens that see some people alone: who says who is in a segment would say whom they see, and take others
 * out of it.
 */
export function requireSightOfAll({ principal }: { readonly principal: Principal }): void {
  if (isConfined(principal) || isPartner(principal))
    throw new AppError(
      'FORBIDDEN',
      'A token that is confined, or for a partner, can’t define segments and tags, or change lists.',
    );
}

/** FORBIDDEN for partners: a rule would find out what its people don't share with them. */
export function refusePartner({ principal }: { readonly principal: Principal }): void {
  if (isPartner(principal))
    throw new AppError('FORBIDDEN', 'rule: a partner can’t ask rules of people who share a part with it.', {
      path: 'rule',
    });
}
