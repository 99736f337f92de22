/**
 * Every command of the backend: `{ name: { args, result } }`. One file an area, so that areas do not
 * collide; `args: null` for a command without arguments. Types come from `@/bindings` (generated).
 */
import type { AccountsCommands } from "./accounts";
import type { CatalogCommands } from "./catalog";
import type { EnrollmentCommands } from "./enrollment";
import type { LearningCommands } from "./learning";
import type { OperationsCommands } from "./operations";
import type { PaymentsCommands } from "./payments";
import type { ReportingCommands } from "./reporting";

export interface Commands
  extends AccountsCommands,
    CatalogCommands,
    EnrollmentCommands,
    PaymentsCommands,
    LearningCommands,
    ReportingCommands,
    OperationsCommands {}

/** One page of a list: `total` counts every row the filter matches. */
export interface Page<Row> {
  rows: Row[];
  total: number;
}
