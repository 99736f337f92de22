/** Commands of the payments workflows. */
// biome-ignore lint/suspicious/noEmptyInterface: filled as the area's commands arrive
export interface PaymentsCommands {}
