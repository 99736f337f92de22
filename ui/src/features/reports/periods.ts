/** The periods people ask for by name, as days in the calendar of this computer. */

export interface Period {
  key: "all" | "thisMonth" | "lastMonth" | "last90" | "thisYear" | "lastYear";
  from: string | undefined;
  to: string | undefined;
}

const iso = (date: Date) =>
  `${date.getFullYear()}-${String(date.getMonth() + 1).padStart(2, "0")}-${String(date.getDate()).padStart(2, "0")}`;

export function periods(today: Date): Period[] {
  const [year, month, day] = [today.getFullYear(), today.getMonth(), today.getDate()];
  return [
    { key: "all", from: undefined, to: undefined },
    { key: "thisMonth", from: iso(new Date(year, month, 1)), to: iso(today) },
    {
      key: "lastMonth",
      from: iso(new Date(year, month - 1, 1)),
      to: iso(new Date(year, month, 0)),
    },
    { key: "last90", from: iso(new Date(year, month, day - 89)), to: iso(today) },
    { key: "thisYear", from: iso(new Date(year, 0, 1)), to: iso(today) },
    { key: "lastYear", from: iso(new Date(year - 1, 0, 1)), to: iso(new Date(year - 1, 11, 31)) },
  ];
}

/** The name of a chosen stretch, or `custom`. */
export function periodOf(
  chosen: { from?: string | undefined; to?: string | undefined },
  today: Date,
): Period["key"] | "custom" {
  return periods(today).find((p) => p.from === chosen.from && p.to === chosen.to)?.key ?? "custom";
}
