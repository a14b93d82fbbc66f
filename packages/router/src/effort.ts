/**
 * What the messages of one realm were to carry out, beside their bytes, in units of one receiver that is served, or of an
 * entry that is looked at. A message that is small to send may be much to carry out, and who sent it is charged for that.
 */
export class Effort {
  spent = 0;
}
