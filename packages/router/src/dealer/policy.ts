import type { Callee } from './callee.js';
import type { Registration } from './registrations.js';

/**
 * The callee that the next call goes to, by the registration's policy (spec: "Shared Registration"); ours is `load`,
 * the one with the fewest calls in progress, in turn where several have as few. A survey (`all`) is not for one callee.
 * @param mayServe leaves callees out as if they were not there
 * @param random a source of numbers in [0, 1)
 */
export function pickCallee(
  registration: Registration,
  mayServe: (callee: Callee) => boolean,
  random: () => number,
): Callee | undefined {
  const { callees, invoke } = registration;
  switch (invoke) {
    case 'single':
    case 'first':
      return callees.find(mayServe);
    case 'last':
      for (let at = callees.length - 1; at >= 0; at--) {
        const callee = callees[at];
        if (callee && mayServe(callee)) return callee;
      }
      return undefined;
    case 'random': {
      const candidates = callees.filter(mayServe);
      return candidates[Math.floor(random() * candidates.length)];
    }
    case 'roundrobin':
      return next(registration, mayServe, () => 0);
    case 'load':
      return next(registration, mayServe, (callee) => callee.running);
    case 'all':
      return undefined;
  }
}

/** The callee that costs least, the first of them from where the last turn ended. */
function next(
  registration: Registration,
  mayServe: (callee: Callee) => boolean,
  costOf: (callee: Callee) => number,
): Callee | undefined {
  const { callees, turns } = registration;
  let best: Callee | undefined;
  let lowest = Number.POSITIVE_INFINITY;
  for (let step = 0; step < callees.length; step++) {
    const at = (turns + step) % callees.length;
    const callee = callees[at];
    if (!callee || !mayServe(callee)) continue;
    const cost = costOf(callee);
    if (cost >= lowest) continue;
    [best, lowest] = [callee, cost];
    registration.turns = at + 1;
    if (cost === 0) break;
  }
  return best;
}
