/**
 * Shared components, and how to build a screen here.
 *
 * 1. Addresses: `features/<area>/routes.tsx` exports `<area>Routes`, each `createRoute` under `frameRoute`
 *    from `@/app/parents`, its page lazy (`lazyRouteComponent(() => import("./X"), "X")`), its roles in
 *    `staticData.roles`. A list's state is its address: `validateSearch: listSearch(["status", …])`.
 * 2. Data: `backend/queries/<area>.ts` exports `queryOptions` named `<thing>Query(id)` and hooks
 *    `useVerbThing()` for mutations. Keys start with the area: `["people", "one", id]`; a mutation
 *    invalidates `["people"]` and whatever else it changed. Only queries import `call` from `@/backend/ipc`.
 *    Types come from `@/bindings/<Type>`; nothing is typed by hand that the backend sends.
 * 3. A list is `ListPage` + `PageHeader` + `FilterBar` + `DataList` (+ `SidePanel` for the open row), joined
 *    by `useListSearch`. A record is `Page` + `RecordHeader` + `WhyCard` + `Section`s + `Timeline`.
 * 4. Forms are `useBackendForm`: the backend's `field` puts its message at the input and the focus there,
 *    what was typed stays, everything else goes to `<FormProblem>`. The button says the verb.
 *    Before something is taken away: `useConfirm()`. After something is done: `toast.done((t) => t("…"), { undo })`.
 * 5. Words: `i18n/en/<area>.json` and `i18n/de/<area>.json`, nested by screen (`list.title`, `create.verb`),
 *    read by `useTranslation("<area>")`. A key that English lacks does not compile; the test keeps German
 *    equal. Words for statuses and shared components are in `design.json` already.
 * 6. Colours only through `var(--mt-…)` in CSS modules; statuses only through `StatusDot`; money through
 *    `Money`; times through `When`. Charts come from `@/design/charts`, only in reports and dashboard.
 * 7. Everything has a role and a name; works by keyboard; `npm run build`, `lint` and `test` are clean.
 */
export { BackLink } from "./BackLink";
export { formatBytes } from "./bytes";
export { ConfirmHost, type Question, useConfirm } from "./ConfirmDialog";
export { DataList, type DataListProps } from "./DataList";
export { DayInput, useDayProblem } from "./DayInput";
export type { TypedDay } from "./day";
export { Email } from "./Email";
export { EmptyList } from "./EmptyList";
export { EmptyState } from "./EmptyState";
export { ErrorState } from "./ErrorState";
export { errorText, useErrorText } from "./errorText";
export { FilterBar } from "./FilterBar";
export type { FilterSpec, Option } from "./filters";
export { type FoundIn, type Place, useFoundIn, useListPlace } from "./foundIn";
export { Initials } from "./Initials";
export { LinkButton, TextLink } from "./links";
export type { Column } from "./listColumns";
export {
  type Filters,
  type ListQuery,
  type ListSearch,
  listQuery,
  listSearch,
  type Sort,
  useListSearch,
} from "./listSearch";
export type { Selection } from "./listSelection";
export { Money, useMoney } from "./Money";
export { MoneyInput, useMoneyProblem } from "./MoneyInput";
export { formatAmount, formatMoney, parseMoney, type TypedMoney } from "./money";
export { type Outcome, OutcomeDialog } from "./OutcomeDialog";
export { Facts, ListPage, Page, Section } from "./Page";
export { PageHeader } from "./PageHeader";
export type { PaletteItem, PaletteSource } from "./Palette";
export { PasswordField } from "./PasswordField";
export { ProgressPanel } from "./ProgressPanel";
export { ProvenanceLine } from "./ProvenanceLine";
export { formatPercent } from "./percent";
export { usePersonName } from "./personName";
export { ReasonDialog, type ReasonQuestion } from "./ReasonDialog";
export { RecordHeader } from "./RecordHeader";
export { RecordMissing } from "./RecordMissing";
export { ErrorSentence, Said } from "./Said";
export { SaveState, type Saving } from "./SaveState";
export { SidePanel } from "./SidePanel";
export { LinesSkeleton, PageSkeleton, PanelSkeleton } from "./Skeletons";
export { StatusDot, ToneDot, useStatusWord } from "./StatusDot";
export { STATUS_TONES, type StatusKind, type StatusOf } from "./status";
export { TechnicalName } from "./TechnicalName";
export { Timeline, type TimelineEntry } from "./Timeline";
export { formatDate, formatDateTime, formatDays, formatLongDate, formatSpan } from "./time";
export { toast } from "./toast";
export type { Tone } from "./tokens";
export {
  type BackendForm,
  FormActions,
  FormFields,
  FormProblem,
  useBackendForm,
} from "./useBackendForm";
export { useRevised } from "./useRevised";
export { VerbMenu } from "./VerbMenu";
export { BackToList, useStepTo, Walk } from "./Walk";
export { When } from "./When";
export { WhyCard } from "./WhyCard";
