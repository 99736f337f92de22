/**
 * What was typed over what somebody else saved meanwhile, field by field. Nothing that was typed is given up;
 * what only the other one changed is taken over. Pure. Fields are named by path: `profile.city`.
 */
export interface Merged<V> {
  values: V;
  /** Changed by the other one alone. */
  taken: string[];
  /** Changed by both, differently: what was typed here stays. */
  disputed: string[];
}

type Fields = Record<string, unknown>;

const isGroup = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** An empty input is a field that is not there. */
const same = (a: unknown, b: unknown) => JSON.stringify(a || null) === JSON.stringify(b || null);

export function mergeValues<V extends Fields>(base: V, mine: V, theirs: V): Merged<V> {
  const taken: string[] = [];
  const disputed: string[] = [];
  const group = (was: Fields, typed: Fields, now: Fields, path: string): Fields => {
    const out: Fields = { ...typed };
    for (const name of Object.keys(now)) {
      const at = `${path}${name}`;
      if (isGroup(now[name]) && isGroup(was[name]) && isGroup(typed[name])) {
        out[name] = group(was[name], typed[name], now[name], `${at}.`);
      } else if (!same(now[name], was[name]) && !same(now[name], typed[name])) {
        if (same(typed[name], was[name])) {
          out[name] = now[name];
          taken.push(at);
        } else {
          disputed.push(at);
        }
      }
    }
    return out;
  };
  return { values: group(base, mine, theirs, "") as V, taken, disputed };
}

/** The value at a path of `mergeValues`. */
export function valueAt(values: Fields, path: string): unknown {
  return path.split(".").reduce<unknown>((at, name) => (isGroup(at) ? at[name] : undefined), values);
}
