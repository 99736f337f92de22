import { notifications } from "@mantine/notifications";
import { cleanup, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import type { MoneyDto } from "@/bindings/MoneyDto";
import type { ReportArgs } from "@/bindings/ReportArgs";
import type { ReportDto } from "@/bindings/ReportDto";
import { noProgram, openAt, pageOf, program } from "@/features/lists/inAddresses";
import { ReportPage } from "./ReportPage";

vi.setConfig({ testTimeout: 30_000 });

afterEach(() => {
  notifications.clean();
  cleanup();
  noProgram();
});

const screens = { "/reports/$name": { screen: ReportPage, search: (raw: object) => raw } };
const courses = [
  { id: "c1", title: "Algebra" },
  { id: "c2", title: "Botany" },
];
const report = (args: ReportArgs, count: number): ReportDto => ({
  ...args,
  columns: [
    { key: "method", kind: "text" },
    { key: "payments", kind: "count" },
  ] as ReportDto["columns"],
  rows: [["cash", count]] as ReportDto["rows"],
  totals: [],
  provenance: { source: "replica", asOf: "2026-03-01T09:00:00Z", timezone: "UTC" },
});

function desk() {
  const held: (() => void)[] = [];
  let hold = false;
  const asked = program({
    report: (args: ReportArgs) => {
      const answer = report(args, args.course ? 7 : args.from ? 41 : 1234);
      return hold ? new Promise((resolve) => held.push(() => resolve(answer))) : answer;
    },
    courses_list: ({ filter, window }) =>
      pageOf(
        courses.filter((one) => one.title.toLowerCase().includes(filter.text.toLowerCase())),
        window,
      ),
    course: ({ id }) => ({ id, fields: { title: courses.find((one) => one.id === id)?.title } }),
    report_save: () => ({ path: "/d/revenue.csv", name: "", bytes: 1, rows: 1 }),
  });
  return {
    asked,
    reports: () => asked.filter(([name]) => name === "report").map(([, args]) => args as ReportArgs),
    hold: () => {
      hold = true;
    },
    release: () => {
      for (const go of held) go();
    },
  };
}

it("is narrowed to a course, in the address and in the file", async () => {
  const { asked, reports } = desk();
  const user = userEvent.setup();
  const { router } = await openAt("/reports/outstanding-payments", screens);
  expect(await screen.findByText("1,234")).toBeInTheDocument();
  await user.click(screen.getByRole("combobox", { name: "Course" }));
  await user.click(await screen.findByRole("option", { name: "Botany" }));
  expect(await screen.findByText("7")).toBeInTheDocument();
  expect(reports().at(-1)?.course).toBe("c2");
  expect(router.state.location.search).toEqual({ course: "c2" });
  await user.click(screen.getByRole("button", { name: "Save" }));
  await user.click(await screen.findByRole("menuitem", { name: /CSV/ }));
  await waitFor(() => expect(asked.find(([name]) => name === "report_save")).toBeDefined());
  const [, saved] = asked.find(([name]) => name === "report_save") as [string, { report: ReportArgs }];
  expect(saved.report.course).toBe("c2");
  expect(await screen.findByRole("button", { name: "Copy path" })).toBeInTheDocument();
});

it("is saved in every format a report has", async () => {
  const { asked } = desk();
  const user = userEvent.setup();
  await openAt("/reports/revenue-by-course", screens);
  for (const [name, format] of [
    ["CSV", "csv"],
    ["Excel workbook", "xlsx"],
    ["PDF", "pdf"],
  ]) {
    await user.click(await screen.findByRole("button", { name: "Save" }));
    await user.click(await screen.findByRole("menuitem", { name }));
    const saved = () => asked.flatMap(([command, args]) => (command === "report_save" ? [args] : []));
    await waitFor(() => expect(saved().at(-1)).toMatchObject({ format }));
  }
});

it("does not offer a course where the rows are courses", async () => {
  desk();
  await openAt("/reports/revenue-by-course", screens);
  expect(await screen.findByText("1,234")).toBeInTheDocument();
  expect(screen.queryByRole("combobox", { name: "Course" })).not.toBeInTheDocument();
});

it("says that the figures are the ones before, while the new ones are on the way", async () => {
  const { hold, release } = desk();
  const user = userEvent.setup();
  await openAt("/reports/outstanding-payments", screens);
  expect(await screen.findByText("1,234")).toBeInTheDocument();
  hold();
  await user.click(screen.getByRole("combobox", { name: "Period" }));
  await user.click(await screen.findByRole("option", { name: "This year" }));
  const note = await screen.findByText(/These are the figures before/);
  expect(screen.getByText("1,234")).toBeInTheDocument();
  release();
  expect(await screen.findByText("41")).toBeInTheDocument();
  expect(note).not.toBeInTheDocument();
});

it("opens the days when other days are asked for", async () => {
  desk();
  const user = userEvent.setup();
  await openAt("/reports/outstanding-payments", screens);
  await screen.findByText("1,234");
  await user.click(screen.getByRole("combobox", { name: "Period" }));
  await user.click(await screen.findByRole("option", { name: "Other days" }));
  const calendar = await screen.findByRole("dialog");
  expect(within(calendar).getAllByRole("button").length).toBeGreaterThan(28);
  await user.keyboard("{Escape}");
  await waitFor(() => expect(screen.queryByRole("dialog")).not.toBeInTheDocument());
  expect(screen.getByRole("combobox", { name: "Period" })).toHaveValue("All time");
});

it("tells statuses with their dot, and what a sum is the sum of", async () => {
  program({
    report: (args: ReportArgs): ReportDto => ({
      ...args,
      columns: [
        { key: "student", kind: "text" },
        { key: "status", kind: "status" },
        { key: "amount", kind: "money" },
        { key: "createdAt", kind: "moment" },
      ],
      rows: [["Ada", "processing", { minor: 6_500, currency: "GBP" }, "2026-03-01T09:00:00Z"]],
      totals: [[1, null, { minor: 6_500, currency: "GBP" }, null]],
      provenance: { source: "replica", asOf: "2026-03-01T09:00:00Z", timezone: "UTC" },
    }),
  });
  await openAt("/reports/outstanding-payments", screens);
  const table = await screen.findByRole("table");
  expect(within(table).getByText("Processing")).toHaveAttribute("data-tone", "amber");
  expect(within(table).getByRole("columnheader", { name: "Asked for" })).toBeInTheDocument();
  const sum = within(table).getByText("Total of 1 payment").closest("tr") as HTMLElement;
  expect(
    within(sum)
      .getAllByRole("cell")
      .map((cell) => cell.textContent),
  ).toEqual(["Total of 1 payment", "", "£65.00", ""]);
});

it("is narrowed to a currency in the chart, the table and the sums, and says what the file has", async () => {
  const line = (month: string | null, minor: number, currency: string) => [
    month,
    { minor, currency } as MoneyDto,
  ];
  program({
    report: (args: ReportArgs): ReportDto => ({
      ...args,
      columns: [
        { key: "month", kind: "month" },
        { key: "net", kind: "money" },
      ],
      rows: [line("2026-01", 10_000, "EUR"), line("2026-01", 7_000, "GBP"), line("2026-02", 500, "GBP")],
      totals: [line(null, 10_000, "EUR"), line(null, 7_500, "GBP")],
      provenance: { source: "replica", asOf: "2026-03-01T09:00:00Z", timezone: "UTC" },
    }),
  });
  const user = userEvent.setup();
  const { router } = await openAt("/reports/revenue-by-month", screens);
  const table = within(await screen.findByRole("region", { name: "Table" }));
  expect(table.getByText("£75.00")).toBeInTheDocument();
  expect(table.getAllByText("€100.00")).toHaveLength(2);
  // amounts of two currencies never share an axis: the drawing says which it draws
  expect(screen.getByRole("figure", { name: "Revenue by month in EUR" })).toBeInTheDocument();
  const choice = screen.getByRole("combobox", { name: "Currency" });
  expect(choice).toHaveValue("All currencies");
  await user.click(screen.getByRole("button", { name: "Save" }));
  await screen.findByRole("menuitem", { name: "CSV" });
  expect(screen.queryByText("The file has every currency")).not.toBeInTheDocument();
  await user.keyboard("{Escape}");

  await user.click(choice);
  await user.click(await screen.findByRole("option", { name: "GBP" }));
  expect(await screen.findByRole("figure", { name: "Revenue by month in GBP" })).toBeInTheDocument();
  expect(router.state.location.search).toEqual({ currency: "GBP" });
  expect(table.queryByText("€100.00")).not.toBeInTheDocument();
  expect(table.getAllByRole("row")).toHaveLength(4);
  expect(table.getByText("£75.00")).toBeInTheDocument();
  await user.click(screen.getByRole("button", { name: "Save" }));
  expect(await screen.findByText("The file has every currency")).toBeInTheDocument();
});

it("says that there is nothing in a currency, and leads back to all of them", async () => {
  desk();
  const user = userEvent.setup();
  await openAt("/reports/outstanding-payments?currency=GBP", screens);
  // rows without money are no currency's
  expect(await screen.findByText("1,234")).toBeInTheDocument();
  cleanup();
  program({
    report: (args: ReportArgs): ReportDto => ({
      ...args,
      columns: [{ key: "amount", kind: "money" }],
      rows: [[{ minor: 100, currency: "EUR" }]],
      totals: [],
      provenance: { source: "replica", asOf: "2026-03-01T09:00:00Z", timezone: "UTC" },
    }),
  });
  await openAt("/reports/outstanding-payments?currency=GBP", screens);
  expect(await screen.findByText("No figures in this period")).toBeInTheDocument();
  await user.click(screen.getByRole("combobox", { name: "Currency" }));
  await user.click(await screen.findByRole("option", { name: "All currencies" }));
  expect(await screen.findByText("€1.00")).toBeInTheDocument();
});

it("says today of what waits since the same day, and counts the others", async () => {
  const waits = (name: string, at: string, days: number) => [name, at, days];
  program({
    report: (args: ReportArgs): ReportDto => ({
      ...args,
      columns: [
        { key: "student", kind: "text" },
        { key: "createdAt", kind: "moment" },
        { key: "age", kind: "days" },
      ],
      rows: [
        waits("Ada", "2026-03-01T12:00:00Z", 2),
        waits("Ben", "2026-03-02T12:00:00Z", 1),
        waits("Dea", "2026-03-02T23:30:00Z", 0),
      ],
      totals: [],
      provenance: { source: "replica", asOf: "2026-03-03T14:00:00Z", timezone: "Europe/Berlin" },
    }),
  });
  await openAt("/reports/outstanding-payments", screens);
  const table = within(await screen.findByRole("table"));
  for (const [who, age] of [
    ["Ada", "2 days"],
    ["Ben", "1 day"],
    ["Dea", "today"],
  ] as const) {
    const cells = within(table.getByText(who).closest("tr") as HTMLElement).getAllByRole("cell");
    expect(cells.at(-1)).toHaveTextContent(age);
    if (who === "Dea") expect(cells.at(-2)).toHaveTextContent("3 Mar 2026");
  }
});
