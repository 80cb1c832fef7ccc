import { customTraitProtection, propertyProtection } from '../channels/personal-names.js';
import { type AttributeSpec, isStandardTrait, STANDARD_TRAITS } from '../channels/trait-catalogue.js';
import { isOrderValue } from '../events/order-values.js';
import type { Sensitivity } from '../platform/entity.js';
import { COMPARING_WHOLE } from './comparison.rules.js';
import type { Comparison, LeafRule } from './rule.js';
import type { ClassAccess } from './rule-catalogue.js';

/** The class of a value inside others is the strictest of the names on the way to it. */
function strictest(path: string, value: unknown, protectionOf: typeof propertyProtection): Sensitivity {
  const names = path.split('.');
  const classes = names.map((name) => protectionOf(name, value)?.sensitivity);
  return classes.includes('CORE') ? 'CORE' : (classes.find((found) => found !== undefined) ?? 'GENERAL');
}

/** The data class of a custom trait's value; null as the value asks for that of its name alone. */
export function classOfCustomTrait(path: string, value: unknown): Sensitivity {
  return strictest(path, value, customTraitProtection);
}

/** The data class of a trait's value, standard or custom. */
export function classOfTrait(path: string, value: unknown): Sensitivity {
  if (!isStandardTrait(path)) return classOfCustomTrait(path, value);
  const spec: AttributeSpec = STANDARD_TRAITS[path];
  return spec.protection?.sensitivity ?? 'GENERAL';
}

/** The data class of a property's value: what an order is worth is IMPORTANT, whatever else its property is. */
export function classOfProperty(path: string, value: unknown): Sensitivity {
  const own = strictest(path, value, propertyProtection);
  return own === 'GENERAL' && path.split('.').some(isOrderValue) ? 'IMPORTANT' : own;
}

/** A value that a clause compares with, and its data class. */
export interface ComparedValue {
  readonly value: unknown;
  readonly sensitivity: Sensitivity;
  /** Whether it is compared for being equal, and not by parts or by order. */
  readonly isWhole: boolean;
}

/** All that a clause compares with, each value of a list by itself; null for a value that is only asked to be there, or summed. */
export function comparedIn(leaf: LeafRule): ComparedValue[] {
  if (leaf.kind === 'trait') return valuesOf(leaf.comparison, classOfTrait);
  if (leaf.kind === 'sequence') return leaf.steps.flatMap(({ where }) => where).flatMap(propertyValues);
  if (leaf.kind !== 'event') return [];
  const summed = leaf.property
    ? [{ value: null, sensitivity: classOfProperty(leaf.property.path, null), isWhole: false }]
    : [];
  return [...leaf.where.flatMap(propertyValues), ...summed];
}

type Compared = Pick<Comparison, 'path' | 'op' | 'value'>;

function propertyValues(comparison: Compared): ComparedValue[] {
  return valuesOf(comparison, classOfProperty);
}

function valuesOf({ path, op, value }: Compared, classOf: typeof classOfProperty): ComparedValue[] {
  const isWhole = COMPARING_WHOLE.has(op);
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  return values.map((one) => ({ value: one, sensitivity: classOf(path, one), isWhole }));
}

/** Whether a caller may know what a clause compares with, and how it comes out for somebody. */
export function isClauseOpen(leaf: LeafRule, access: ClassAccess): boolean {
  return comparedIn(leaf).every(({ sensitivity, isWhole }) => {
    const given = access[sensitivity] ?? 'OPEN';
    return given === 'OPEN' || (given === 'WHOLE' && isWhole);
  });
}
