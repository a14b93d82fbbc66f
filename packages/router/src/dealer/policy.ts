import type { Callee, Registration } from './registrations.js';

/**
 * The callee that the next call goes to, by the registration's policy (spec: "Shared Registration").
 * @param random a source of numbers in [0, 1)
 */
export function pickCallee(registration: Registration, random: () => number): Callee | undefined {
  const { callees, invoke } = registration;
  switch (invoke) {
    case 'single':
    case 'first':
      return callees[0];
    case 'last':
      return callees.at(-1);
    case 'random':
      return callees[Math.floor(random() * callees.length)];
    case 'roundrobin':
      return callees[registration.turns++ % callees.length];
  }
}
