/** Commands of the operations workflows. */
// biome-ignore lint/suspicious/noEmptyInterface: filled as the area's commands arrive
export interface OperationsCommands {}
