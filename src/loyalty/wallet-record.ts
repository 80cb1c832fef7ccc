import type { TenantContext } from '../platform/context.js';
import { idOf, keyOf } from '../platform/ids.js';
import { derivedSecret } from '../platform/seal.js';
import type { LoyaltyWallet } from './wallet.entity.js';
import type { Wallet } from './wallet.js';
import { borrowersOf, nextEndOf } from './wallet.rules.js';

/** Letters and digits that nobody mistakes for another. */
const ALPHABET = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';
const CODE_LENGTH = 10; // 50 bits

/** The place of a wallet's last entry. */
export function positionOf({ accountId, position }: Pick<Wallet, 'accountId' | 'position'>): string {
  return `${accountId}:${position}`;
}

/** What an account's owner gives to those they bring: 10 characters that only this tenant derives. */
export function referralCodeOf({ keys }: TenantContext, accountId: string): string {
  const bytes = derivedSecret(keys, 'referral', accountId);
  return Array.from({ length: CODE_LENGTH }, (_, at) => ALPHABET.charAt((bytes[at] ?? 0) % ALPHABET.length)).join('');
}

/** What is written of a wallet. */
export function stateOf(wallet: Wallet): Omit<LoyaltyWallet, '_id' | 'tenantId' | 'referralCode'> {
  const { position, lots, lent, earned, owed } = wallet;
  return { position, lots, lent, earned, owed, borrowers: borrowersOf(wallet), nextEnd: nextEndOf(wallet) };
}

/** A new wallet as it is stored. */
export function toRecord(ctx: TenantContext, wallet: Wallet): LoyaltyWallet {
  return {
    _id: keyOf(ctx.tenantId, wallet.accountId),
    tenantId: ctx.tenantId,
    referralCode: referralCodeOf(ctx, wallet.accountId),
    ...stateOf(wallet),
  };
}

/** A wallet as it was stored. */
export function toWallet({ _id, position, lots, lent, earned, owed }: LoyaltyWallet): Wallet {
  return { accountId: idOf(_id), position, lots, lent, earned, owed };
}
