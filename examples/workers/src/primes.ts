/** How far a count has come. */
export interface Progress {
  /** Numbers looked at, of all there are. */
  readonly done: number;
  readonly of: number;
}

/** Numbers looked at between two parts of the answer. */
const SLICE = 20_000;

/** Counts the primes below `limit`, with pauses in which its caller can do something else, or stop it. */
export function* countPrimes(limit: number): Generator<Progress, number> {
  let primes = 0;
  for (let number = 2; number < limit; number++) {
    if (number % SLICE === 0) yield { done: number, of: limit };
    if (isPrime(number)) primes++;
  }
  return primes;
}

function isPrime(number: number): boolean {
  for (let divisor = 2; divisor * divisor <= number; divisor++) {
    if (number % divisor === 0) return false;
  }
  return true;
}
