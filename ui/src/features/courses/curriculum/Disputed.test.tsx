import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { renderAs } from "@/features/server/inRouter";
import { Disputed } from "./Disputed";

it("lets go of what was done here only after asking once", async () => {
  const onTheirs = vi.fn();
  const user = userEvent.setup();
  await renderAs("admin", <Disputed title="Latin" onTheirs={onTheirs} onTogether={() => {}} />);
  await user.click(screen.getByRole("button", { name: "Use theirs" }));
  const question = await screen.findByRole("dialog", {
    name: "Let go of your changes to the outline of “Latin”?",
  });
  expect(onTheirs).not.toHaveBeenCalled();
  await user.click(within(question).getByRole("button", { name: "Use theirs" }));
  await waitFor(() => expect(onTheirs).toHaveBeenCalledOnce());
});
