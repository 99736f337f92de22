/** The dashboard and the reports. */
import { keepPreviousData, queryOptions, useMutation } from "@tanstack/react-query";
import type { ReportArgs } from "@/bindings/ReportArgs";
import { type Args, call } from "../ipc";

export const dashboardQuery = queryOptions({
  queryKey: ["dashboard"],
  queryFn: () => call("dashboard"),
});

export const reportQuery = (args: ReportArgs) =>
  queryOptions({
    queryKey: ["reports", args],
    queryFn: () => call("report", args),
    placeholderData: keepPreviousData,
  });

export const useSaveReport = () =>
  useMutation({ mutationFn: (args: Args<"report_save">) => call("report_save", args) });
