import { MantineProvider } from "@mantine/core";
import { act, fireEvent, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FilterBar } from "./FilterBar";
import type { Filters } from "./listSearch";

function Bar({ told, made }: { told: (q: string) => void; made?: string }) {
  const [value, setValue] = useState<{ q: string; filters: Filters }>({
    q: "",
    filters: made ? { made: [made] } : {},
  });
  return (
    <MantineProvider env="test">
      <FilterBar
        id="test"
        searchLabel="Search"
        specs={[{ kind: "dates", id: "made", label: "Date" }]}
        {...value}
        onChange={(next) => {
          told(next.q);
          setValue({ q: next.q, filters: next.filters });
        }}
      />
    </MantineProvider>
  );
}

describe("the text of a filter bar", () => {
  // the clock stands until it is told to go on: however slow the machine is, nothing was sent yet
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });
  const box = () => screen.getByRole("searchbox", { name: "Search" });
  const type = (text: string) => fireEvent.change(box(), { target: { value: text } });
  const pause = () => act(() => vi.advanceTimersByTime(220));

  it.each([
    ["Escape", () => fireEvent.keyDown(box(), { key: "Escape" })],
    ["the cross", () => fireEvent.click(screen.getByRole("button", { name: "Clear the search" }))],
  ])("stays empty when %s comes before it was sent", (_, empty) => {
    const told = vi.fn();
    render(<Bar told={told} />);
    type("ada");
    empty();
    pause();
    expect(box()).toHaveValue("");
    expect(told.mock.lastCall).toEqual([""]);
    expect(told).not.toHaveBeenCalledWith("ada");
  });

  it("is sent when nothing more is typed for a moment", () => {
    const told = vi.fn();
    render(<Bar told={told} />);
    type("ada");
    expect(told).not.toHaveBeenCalled();
    pause();
    expect(told.mock.lastCall).toEqual(["ada"]);
  });

  it("is not brought back by typing that was under way when all filters were cleared", () => {
    const told = vi.fn();
    render(<Bar told={told} made="2026-01-01..2026-03-31" />);
    type("ada");
    fireEvent.click(screen.getByRole("button", { name: "Clear" }));
    pause();
    expect(box()).toHaveValue("");
    expect(told.mock.lastCall).toEqual([""]);
  });
});

describe("a choice", () => {
  /** Longer than its list takes to close. */
  const pause = () => new Promise((resolve) => setTimeout(resolve, 220));

  function Choices() {
    const [filters, setFilters] = useState<Filters>({});
    return (
      <MantineProvider env="test">
        <FilterBar
          id="test"
          searchLabel="Search"
          specs={[{ id: "role", label: "Role", options: [{ value: "a", label: "Admin" }] }]}
          q=""
          filters={filters}
          onChange={(next) => setFilters(next.filters)}
        />
      </MantineProvider>
    );
  }

  it.each([
    [["a"], "Role Admin"],
    [["a", "b"], "Role Admin, Bursar"],
    [["a", "b", "c"], "Role 3"],
  ])("is named by what stands on it: %s", (values, shown) => {
    const options = ["Admin", "Bursar", "Clerk"].map((label) => ({
      value: label[0]?.toLowerCase() ?? "",
      label,
    }));
    render(
      <MantineProvider env="test">
        <FilterBar
          id="test"
          specs={[{ id: "role", label: "Role", options }]}
          q=""
          filters={{ role: values }}
          onChange={() => {}}
        />
      </MantineProvider>,
    );
    const button = screen.getByRole("button", { name: /^Role/ });
    expect(button.textContent).toBe(shown);
    // whoever speaks to the window says what they see; punctuation is not spoken
    const bare = (text: string) => text.replaceAll(/[^\w\s]/g, "");
    expect(bare(button.getAttribute("aria-label") ?? "")).toContain(bare(shown));
  });

  it("leaves the keyboard to the field that is pressed next", async () => {
    const user = userEvent.setup();
    render(<Choices />);
    await user.click(screen.getByRole("button", { name: "Role" }));
    await user.click(await screen.findByRole("option", { name: "Admin" }));
    await user.click(screen.getByRole("searchbox", { name: "Search" }));
    await pause();
    expect(screen.getByRole("searchbox", { name: "Search" })).toHaveFocus();
  });

  it("gives the keyboard back to its button when it is left by Escape", async () => {
    const user = userEvent.setup();
    render(<Choices />);
    await user.click(screen.getByRole("button", { name: "Role" }));
    await user.keyboard("{Escape}");
    await pause();
    expect(screen.getByRole("button", { name: "Role" })).toHaveFocus();
  });
});

describe("a stretch of days", () => {
  it.each([
    ["2026-01-01..2026-03-31", "1 Jan 2026 – 31 Mar 2026"],
    ["2026-01-01..", "1 Jan 2026 –"],
    ["..2026-03-31", "– 31 Mar 2026"],
  ])("%s reads as a person writes it", (days, shown) => {
    render(<Bar told={() => {}} made={days} />);
    expect(screen.getByText(shown)).toBeInTheDocument();
  });
});
