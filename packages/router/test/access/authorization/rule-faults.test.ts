import { describe, expect, test } from 'vitest';
import type { Rule } from '../../../src/index.js';
import { rules } from '../../../src/index.js';

describe('rules that are wrong are refused when they are given', () => {
  test.each<[Partial<Record<keyof Rule | 'x', unknown>>, string]>([
    [{ uri: 'user.{authid}', match: 'prefix' }, 'rules[0].uri: end the prefix with a dot'],
    [{ uri: 'user-{authid}.x' }, 'rules[0].uri: a placeholder is'],
    [{ uri: 'user.{name}.x' }, 'rules[0].uri: a placeholder is'],
    [{ uri: 'user..x' }, 'rules[0].uri: "user..x" is no URI that can be matched with "exact"'],
    [{ uri: 7 }, 'rules[0].uri: must be a URI'],
    [{ match: 'regex' }, 'rules[0].match: must be exact, prefix or wildcard'],
    [{ allow: ['listen'] }, 'rules[0].allow: must be a list with any of publish, subscribe, call, register'],
    [{ allow: 'publish' }, 'rules[0].allow: must be a list'],
    [{ disclosure: 'always' }, 'rules[0].disclosure: must be allow, force or refuse'],
    [{ allow: ['subscribe'], disclosure: 'force' }, 'rules[0].disclosure: disclosure is about'],
    [{ limits: { rate: -1 } }, 'rules[0].limits.rate: must be a number above 0'],
    [{ limits: { burst: 5 } }, 'rules[0].limits.burst: burst says how far'],
    [{ allow: ['register'], limits: { maxPayload: 5 } }, 'rules[0].limits.maxPayload: only PUBLISH and CALL'],
    [{ limits: { speed: 5 } }, 'rules[0].limits.speed: limits are rate, burst, maxPayload'],
    [{ x: 1 }, 'rules[0].x: a rule has uri, match, allow'],
  ])('%j', (wrong, message) => {
    const rule = { uri: 'a.b', allow: ['publish'], ...wrong } as unknown as Rule;
    expect(() => rules([rule])).toThrow(message);
  });

  test('two rules for the same', () => {
    const rule: Rule = { uri: 'a.b', allow: ['publish'] };
    expect(() => rules([rule, { uri: 'a.b', allow: ['publish', 'call'] }])).toThrow(
      'two rules allow "publish" for "a.b" (exact)',
    );
    rules([rule, { uri: 'a.b', allow: ['call'] }, { uri: 'a.b', match: 'prefix', allow: ['publish'] }]);
  });
});
