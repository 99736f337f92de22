/** The time zones the web view knows, UTC first: it is not in the list of all engines. */
export function timezones(): string[] {
  const known = Intl.supportedValuesOf("timeZone").filter((zone) => zone !== "UTC");
  return ["UTC", ...known];
}
