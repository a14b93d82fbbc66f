/** Where the example listens: `PORT`, or 8080. Ends the process when `PORT` is no port. */
export function port(): number {
  const given = process.env.PORT ?? '8080';
  const value = Number(given);
  if (Number.isInteger(value) && value >= 0 && value <= 65_535 && given !== '') return value;
  console.error(`PORT must be a number from 0 to 65535, and is "${given}".`);
  process.exit(2);
}
