/** Small things remembered on this computer, by key. A value that cannot be read is as good as none. */

const PREFIX = "matricula.";

export function readStored<T extends object>(key: string, otherwise: T): T {
  try {
    const raw: unknown = JSON.parse(localStorage.getItem(PREFIX + key) ?? "null");
    return typeof raw === "object" && raw !== null ? ({ ...otherwise, ...raw } as T) : otherwise;
  } catch {
    return otherwise;
  }
}

export function writeStored(key: string, value: object): void {
  localStorage.setItem(PREFIX + key, JSON.stringify(value));
}
