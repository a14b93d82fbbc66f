/** What counts for nothing: soft hyphens, joiners, variation selectors (RFC 3454, table B.1). */
const NOTHING = /\u034F|\p{Variation_Selector}|[\u00AD\u1806\u200B-\u200D\u2060\uFEFF]/gu;
const SPACES = /[\u00A0\u1680\u2000-\u200A\u202F\u205F\u3000]/gu;

/** What must not be left: control characters, private use, no characters, surrogates, what changes display, tags. */
const PROHIBITED =
  /[\p{Cc}\p{Co}\p{Cs}\p{Noncharacter_Code_Point}\u06DD\u070F\u180E\u2028\u2029\u2061-\u2063\u206A-\u206F\u{1D173}-\u{1D17A}\uFFF9-\uFFFD\u2FF0-\u2FFB\u200E\u200F\u202A-\u202E\u{E0001}\u{E0020}-\u{E007F}]/u;

/** Letters that are written from right to left (RFC 3454, table D.1). */
const RIGHT_TO_LEFT =
  '\\u05BE\\u05C0\\u05C3\\u05D0-\\u05EA\\u05F0-\\u05F4\\u061B\\u061F\\u0621-\\u063A\\u0640-\\u064A\\u066D-\\u066F' +
  '\\u0671-\\u06D5\\u06DD\\u06E5\\u06E6\\u06FA-\\u06FE\\u0700-\\u070D\\u0710\\u0712-\\u072C\\u0780-\\u07A5\\u07B1\\u200F' +
  '\\uFB1D\\uFB1F-\\uFB28\\uFB2A-\\uFB36\\uFB38-\\uFB3C\\uFB3E\\uFB40\\uFB41\\uFB43\\uFB44\\uFB46-\\uFBB1\\uFBD3-\\uFD3D' +
  '\\uFD50-\\uFD8F\\uFD92-\\uFDC7\\uFDF0-\\uFDFC\\uFE70-\\uFE74\\uFE76-\\uFEFC';
const ANY_RIGHT_TO_LEFT = new RegExp(`[${RIGHT_TO_LEFT}]`, 'u');
const WITHIN_RIGHT_TO_LEFT = new RegExp(`^[${RIGHT_TO_LEFT}](.*[${RIGHT_TO_LEFT}])?$`, 'su');
const LEFT_TO_RIGHT = new RegExp(`(?![${RIGHT_TO_LEFT}])\\p{L}`, 'u');

/**
 * The one form of a user name or a password, however it was typed (SASLprep, RFC 4013, on the Unicode of the host).
 * Characters that Unicode 3.2 had not assigned are taken.
 * @throws TypeError for text with characters that must not be in one
 */
export function saslprep(text: string): string {
  const normal = text.replace(SPACES, ' ').replace(NOTHING, '').normalize('NFKC');
  if (PROHIBITED.test(normal)) {
    throw new TypeError('a user name or password has a character that SASLprep (RFC 4013) prohibits');
  }
  if (ANY_RIGHT_TO_LEFT.test(normal) && (LEFT_TO_RIGHT.test(normal) || !WITHIN_RIGHT_TO_LEFT.test(normal))) {
    throw new TypeError(
      'a user name or password mixes directions of writing in a way that SASLprep (RFC 4013) prohibits',
    );
  }
  return normal;
}
