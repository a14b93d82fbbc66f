import type { Admit } from '@wigwag/router';
import { byRole, rules } from '@wigwag/router';

/** Who may do what. What no rule allows is denied: a page publishes nothing, and hears nothing of others. */
export const authorization: Admit = byRole({
  page: rules([
    { uri: 'user.{authid}.', match: 'prefix', allow: ['subscribe'] },
    // The shop is told who calls, whether the page likes it or not.
    { uri: 'shop.', match: 'prefix', allow: ['call'], disclosure: 'force', limits: { rate: 5, maxPayload: 1_000 } },
  ]),
  shop: rules([
    { uri: 'user.', match: 'prefix', allow: ['publish'] },
    { uri: 'shop.', match: 'prefix', allow: ['register'] },
  ]),
});
