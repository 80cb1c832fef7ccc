/**
 * What a selection costs: `own` points, and `perItem` points for each item of the page it stands in. A formula without
 * variables is its value; one with them is worked out for each request.
 */
export interface Points {
  readonly own: number;
  readonly perItem: number;
}

/** The variables of one request, and what was worked out for them already. */
export interface Given {
  readonly variables: Readonly<Record<string, unknown>>;
  readonly known: Map<object, Points>;
}

/** A number that may depend on the variables. */
export type Amount = number | ((given: Given) => number);

/** The cost of a selection. */
export type Formula = Points | ((given: Given) => Points);

export const FREE: Points = { own: 0, perItem: 0 };

/** The sum of formulas. */
export function sumOf(formulas: readonly Formula[]): Formula {
  let fixed = FREE;
  const open: ((given: Given) => Points)[] = [];
  for (const formula of formulas) {
    if (typeof formula === 'function') open.push(formula);
    else fixed = plus(fixed, formula);
  }
  return open.length === 0 ? fixed : (given) => open.reduce((sum, one) => plus(sum, one(given)), fixed);
}

/** What `make` makes of points and amounts: at once where none of them depends on the variables. */
export function derived(
  formula: Formula,
  amounts: readonly Amount[],
  make: (points: Points, amounts: readonly number[]) => Points,
): Formula {
  const fixed = amounts.filter((amount) => typeof amount === 'number');
  if (typeof formula !== 'function' && fixed.length === amounts.length) return make(formula, fixed);
  return (given) =>
    make(
      pointsOf(formula, given),
      amounts.map((amount) => (typeof amount === 'number' ? amount : amount(given))),
    );
}

/** A formula that is worked out once a request, however often it is used. */
export function onceARequest(formula: Formula): Formula {
  if (typeof formula !== 'function') return formula;
  return (given) => {
    const known = given.known.get(formula) ?? formula(given);
    given.known.set(formula, known);
    return known;
  };
}

/** The value of a formula for the variables of a request. */
export function pointsOf(formula: Formula, given: Given): Points {
  return typeof formula === 'function' ? formula(given) : formula;
}

function plus(a: Points, b: Points): Points {
  return { own: a.own + b.own, perItem: a.perItem + b.perItem };
}
