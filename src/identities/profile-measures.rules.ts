import type { AccountRecord } from '../channels/account.rules.js';
import { IdentifierType } from '../channels/identifier-type.js';
import type { StandardTrait } from '../channels/trait-catalogue.js';
import type { ProfileState } from '../profiles/profile-state.js';
import { candidateFor } from '../profiles/survivorship.rules.js';
import { chosenBirthday, fullNameOf, nameToken } from './person-evidence.rules.js';

const STRONG: ReadonlySet<IdentifierType> = new Set([
  IdentifierType.PHONE,
  IdentifierType.EMAIL,
  IdentifierType.UNION_ID,
  IdentifierType.USER_ID,
  IdentifierType.MEMBER_NO,
]);

/** What of a profile tells how good its making is. */
export interface ProfileMeasures {
  /** How many accounts it has: up to 64, and 65 where there are more. */
  readonly accounts: number;
  /**
   * How many different full names its accounts give: those that sound alike count once, and masked ones, titles and
   * single words not at all, save where all accounts give one text. Undefined where it has one account.
   */
  readonly names: number | undefined;
  /** As names; days that forms fill in are none. */
  readonly birthdays: number | undefined;
  /** Whether it holds an identifier that links and that a person keeps: all but cookies, devices and ids of one channel. */
  readonly isIdentified: boolean;
}

/** Measures a profile as it is written. */
export function measuresOf({ accounts, accountsLeftOut, identifiers }: ProfileState): ProfileMeasures {
  const isIdentified = identifiers.some(({ type, linking }) => linking && STRONG.has(type));
  if (accounts.length < 2) return { accounts: 1, names: undefined, birthdays: undefined, isIdentified };
  return {
    accounts: accounts.length + Number(accountsLeftOut),
    names: different(accounts, 'name', (text) => {
      const name = fullNameOf(text);
      return name && nameToken(name);
    }),
    birthdays: different(accounts, 'birthday', chosenBirthday),
    isIdentified,
  };
}

/** How many different values accounts give; where all give one text, it is not looked at further. */
function different(
  accounts: readonly AccountRecord[],
  trait: StandardTrait,
  read: (text: unknown) => string | null,
): number {
  const texts = new Set(accounts.flatMap((account) => candidateFor(account, trait)?.value ?? []));
  if (texts.size < 2) return texts.size;
  return new Set([...texts].flatMap((text) => read(text) ?? [])).size;
}
