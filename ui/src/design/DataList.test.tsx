import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { BackendError } from "@/backend/error";
import { createQueryClient } from "@/backend/queries/client";
import { DataList, type DataListProps } from "./DataList";
import type { Column } from "./listColumns";

interface Row {
  id: string;
  name: string;
}
const columns: Column<Row>[] = [
  { id: "name", header: "Name", cell: (r) => r.name, fixed: true, grow: true, sortBy: "name" },
  { id: "extra", header: "Extra", cell: (r) => `extra ${r.id}`, hidden: true },
];
const fetchAll = (total: number) =>
  vi.fn(async (offset: number, limit: number) => ({
    total,
    exact: true,
    rows: Array.from({ length: Math.max(0, Math.min(limit, total - offset)) }, (_, i) => ({
      id: String(offset + i),
      name: `Person ${offset + i}`,
    })),
  }));

function show(props: Partial<DataListProps<Row>> = {}) {
  const all = {
    id: "test",
    label: "People",
    columns,
    rowKey: (r: Row) => r.id,
    rowName: (r: Row) => r.name,
    queryKey: ["test"],
    fetchPage: fetchAll(100_000),
    empty: <p>Nobody yet</p>,
    ...props,
  };
  render(
    <MantineProvider env="test">
      <QueryClientProvider client={createQueryClient()}>
        <DataList<Row> {...all} />
      </QueryClientProvider>
    </MantineProvider>,
  );
  return all;
}

beforeEach(() => {
  vi.unstubAllGlobals();
  localStorage.clear();
  // jsdom lays nothing out; the virtual list has to believe in a height
  Object.defineProperties(HTMLElement.prototype, {
    clientHeight: { configurable: true, get: () => 400 },
    clientWidth: { configurable: true, get: () => 800 },
  });
});

/** A list that has so many pixels, once somebody asks. */
function beside(width: number) {
  vi.stubGlobal(
    "ResizeObserver",
    class {
      constructor(private tell: (entries: { contentRect: { width: number } }[]) => void) {}
      observe() {
        this.tell([{ contentRect: { width } }]);
      }
      unobserve() {}
      disconnect() {}
    },
  );
}

describe("DataList", () => {
  it("says how many rows there are and draws only those in sight", async () => {
    const { fetchPage } = show();
    expect(await screen.findByText("Person 0")).toBeInTheDocument();
    expect(screen.getByRole("grid", { name: "People" })).toHaveAttribute("aria-rowcount", "100001");
    expect(screen.getByText("100,000 rows")).toBeInTheDocument();
    expect(screen.getAllByRole("row").length).toBeLessThan(60);
    expect(fetchPage).toHaveBeenCalledTimes(1);
    expect(fetchPage).toHaveBeenCalledWith(0, 100);
  });

  it("moves, opens and selects by keyboard", async () => {
    const user = userEvent.setup();
    const onOpen = vi.fn();
    show({ onOpen, bulkActions: (sel) => <span>keys {sel.keys.join(",")}</span> });
    await screen.findByText("Person 0");
    screen.getByRole("grid").focus();
    await user.keyboard("{Home}jjk{Enter}");
    expect(onOpen).toHaveBeenLastCalledWith({ id: "1", name: "Person 1" }, { key: "1", index: 1, top: 0 });
    await user.keyboard(" ");
    await user.keyboard("{Shift>}{ArrowDown}{ArrowDown}{/Shift}");
    expect(screen.getByText("keys 1,2,3")).toBeInTheDocument();
    expect(screen.getByText("3 selected")).toBeInTheDocument();
    expect(screen.getByRole("row", { name: /Person 2$/ })).toHaveAttribute("aria-selected", "true");
    await user.keyboard("{Escape}");
    expect(screen.queryByRole("toolbar")).not.toBeInTheDocument();
  });

  it("selects by the box without opening the row", async () => {
    const user = userEvent.setup();
    const onOpen = vi.fn();
    show({ onOpen, bulkActions: (sel) => <span>keys {sel.keys.join(",")}</span> });
    await user.click(await screen.findByRole("checkbox", { name: "Select Person 4" }));
    expect(screen.getByText("keys 4")).toBeInTheDocument();
    expect(onOpen).not.toHaveBeenCalled();
  });

  it("selects all that match, and says when that is not all of them", async () => {
    const user = userEvent.setup();
    show({ fetchPage: fetchAll(2_500), bulkActions: (sel) => <span>{sel.rows.length} in hand</span> });
    await screen.findByText("Person 0");
    await user.click(screen.getByRole("button", { name: "Select all" }));
    expect(await screen.findByText("The first 1,000 of 2,500 selected")).toBeInTheDocument();
    expect(screen.getByText("1000 in hand")).toBeInTheDocument();
    await user.click(screen.getByRole("checkbox", { name: "Select Person 2" }));
    expect(screen.getByText("999 selected")).toBeInTheDocument();
  });

  it("selects all by Ctrl+A, before anything has the focus and in the grid", async () => {
    const user = userEvent.setup();
    show({ fetchPage: fetchAll(140), bulkActions: () => null });
    await screen.findByText("Person 0");
    await user.keyboard("{Control>}a{/Control}");
    expect(await screen.findByText("140 selected")).toBeInTheDocument();
    await user.click(screen.getByRole("button", { name: "Clear the selection" }));
    screen.getByRole("grid").focus();
    await user.keyboard("{Control>}a{/Control}");
    expect(await screen.findByText("140 selected")).toBeInTheDocument();
    expect(screen.getByRole("checkbox", { name: "Select all" })).toBeChecked();
  });

  it("stands again where somebody left it, at the row itself when others came before it", async () => {
    // jsdom keeps a scroll position but tells nobody
    const user = userEvent.setup();
    const onOpen = vi.fn();
    show({ place: { key: "702", index: 700, top: 25_000 }, onOpen });
    await screen.findByText("Person 0");
    const grid = screen.getByRole("grid");
    expect(grid.scrollTop).toBe(25_000);
    expect(grid).toHaveFocus();
    grid.dispatchEvent(new Event("scroll"));
    expect(await screen.findByText("Person 702")).toBeInTheDocument();
    await user.keyboard("{Enter}");
    expect(onOpen.mock.lastCall?.[0]).toEqual({ id: "702", name: "Person 702" });
  });

  it("goes to the last of five million rows and back by keyboard, and the wheel moves it row by row", async () => {
    const user = userEvent.setup();
    show({ fetchPage: fetchAll(5_000_000), onOpen: () => {} });
    await screen.findByText("Person 0");
    const grid = screen.getByRole("grid");
    grid.focus();
    await user.keyboard("{End}");
    expect(await screen.findByText("Person 4999999")).toBeInTheDocument();
    const body = within(grid).getAllByRole("rowgroup")[1];
    expect(Number.parseInt(body?.style.height ?? "", 10)).toBe(15_000_000);
    await user.keyboard("kk");
    expect(grid).toHaveAttribute("aria-activedescendant", expect.stringMatching(/-4999997$/));
    await user.keyboard("{Home}");
    expect(await screen.findByText("Person 0")).toBeInTheDocument();
    grid.dispatchEvent(new WheelEvent("wheel", { deltaY: 36 * 40, cancelable: true }));
    expect(await screen.findByText("Person 50")).toBeInTheDocument();
    expect(screen.queryByText("Person 0")).not.toBeInTheDocument();
  });

  it("keeps room for the least width of every column, chosen, dragged or its own", async () => {
    localStorage.setItem(
      "matricula.list.test",
      JSON.stringify({ visible: { extra: true }, widths: { extra: 200 } }),
    );
    show({ bulkActions: () => null });
    await screen.findByText("Person 0");
    expect(screen.getByRole("grid").style.getPropertyValue("--list-least")).toBe("380px");
  });

  it("lets the growing column give way where no other can any more, so that nothing scrolls sideways", async () => {
    beside(512);
    const columns: Column<Row>[] = [
      { id: "name", header: "Name", cell: (r) => r.name, fixed: true, grow: true, width: 200 },
      { id: "role", header: "Role", cell: () => "Student", width: 120 },
      { id: "status", header: "Status", cell: () => "Active", width: 130 },
    ];
    show({ columns, bulkActions: () => null, openKey: "1" });
    await screen.findByText("Person 0");
    // of 490 and the paddings of a row
    expect(screen.getByRole("grid").style.getPropertyValue("--list-least")).toBe("484px");
  });

  it("keeps a growing column wide enough to be read", async () => {
    beside(300);
    const columns: Column<Row>[] = [
      { id: "name", header: "Name", cell: (r) => r.name, fixed: true, grow: true, width: 200 },
      { id: "role", header: "Role", cell: () => "Student", width: 200 },
    ];
    show({ columns, openKey: "1" });
    await screen.findByText("Person 0");
    expect(screen.getByRole("grid").style.getPropertyValue("--list-least")).toBe("320px");
  });

  it("lets columns make room for what is open beside it, in their order, and has them again after it", async () => {
    const user = userEvent.setup();
    beside(520);
    const wide: Column<Row>[] = [
      { id: "name", header: "Name", cell: (r) => r.name, fixed: true, grow: true, width: 200 },
      { id: "mail", header: "E-mail", cell: (r) => `${r.id}@`, width: 250, yields: 1 },
      { id: "role", header: "Role", cell: () => "Student", width: 120 },
      { id: "last", header: "Last here", cell: () => "Never", width: 120, yields: 2 },
    ];
    const heads = () => screen.getAllByRole("columnheader").map((head) => head.textContent);
    function Beside() {
      const [open, setOpen] = useState<string | null>(null);
      const only = fetchAll(3);
      return (
        <>
          <button type="button" onClick={() => setOpen(null)}>
            Close
          </button>
          <DataList<Row>
            id="wide"
            label="People"
            columns={wide}
            rowKey={(r) => r.id}
            rowName={(r) => r.name}
            queryKey={["wide"]}
            fetchPage={only}
            onOpen={(r) => setOpen(r.id)}
            openKey={open}
            empty={null}
          />
        </>
      );
    }
    render(
      <MantineProvider env="test">
        <QueryClientProvider client={createQueryClient()}>
          <Beside />
        </QueryClientProvider>
      </MantineProvider>,
    );
    await user.click(await screen.findByText("Person 1"));
    expect(heads()).toEqual(["Name", "Role", "Last here"]);
    await user.click(screen.getByRole("button", { name: "Columns" }));
    expect(await screen.findByRole("menuitemcheckbox", { name: "E-mail" })).toBeChecked();
    expect(screen.getByText("Not all fit beside the panel")).toBeInTheDocument();
    await user.keyboard("{Escape}");
    await user.click(screen.getByRole("button", { name: "Close" }));
    expect(heads()).toEqual(["Name", "E-mail", "Role", "Last here"]);
    vi.unstubAllGlobals();
  });

  it("gives every row two lines where a text may need them", async () => {
    show({ columns: [{ id: "name", header: "Name", cell: (r) => r.name, fixed: true, wrap: true }] });
    const cell = await screen.findByRole("rowheader", { name: "Person 1" });
    expect(cell).toHaveAttribute("data-wrap");
    expect(cell.closest<HTMLElement>('[role="row"]')?.style).toMatchObject({
      height: "46px",
      transform: "translateY(46px)",
    });
  });

  it("asks for the other order", async () => {
    const user = userEvent.setup();
    const onSort = vi.fn();
    show({ sort: { by: "name", dir: "asc" }, onSort });
    const head = await screen.findByRole("columnheader", { name: "Name" });
    expect(head).toHaveAttribute("aria-sort", "ascending");
    await user.click(within(head).getByRole("button"));
    expect(onSort).toHaveBeenCalledWith({ by: "name", dir: "desc" });
  });

  it("shows a hidden column once chosen, and remembers it", async () => {
    const user = userEvent.setup();
    show();
    await screen.findByText("Person 0");
    await user.click(screen.getByRole("button", { name: "Columns" }));
    await user.click(await screen.findByRole("menuitemcheckbox", { name: "Extra" }));
    expect(await screen.findByText("extra 0")).toBeInTheDocument();
    expect(localStorage.getItem("matricula.list.test")).toContain('"extra":true');
  });

  it("offers the next step when there is nothing", async () => {
    show({ fetchPage: fetchAll(0) });
    expect(await screen.findByText("Nobody yet")).toBeInTheDocument();
  });

  it("says what went wrong and tries again", async () => {
    const user = userEvent.setup();
    const fetchPage = fetchAll(3);
    fetchPage.mockRejectedValueOnce(
      new BackendError({ code: "unexpected", message: "The file is not readable." }),
    );
    show({ fetchPage });
    expect(await screen.findByRole("alert")).toHaveTextContent("The file is not readable.");
    await user.click(screen.getByRole("button", { name: "Try again" }));
    await waitFor(() => expect(screen.getByText("Person 2")).toBeInTheDocument());
  });
});
