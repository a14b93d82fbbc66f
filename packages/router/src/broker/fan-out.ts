/**
 * How many subscriptions and subscribers publications have been shipped to, in one realm. A message that is small to
 * send may be much to carry out, and who sent it is charged for that.
 */
export class FanOut {
  shipped = 0;
}
