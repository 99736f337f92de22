import { cleanup, screen } from "@testing-library/react";
import { afterEach, expect, it } from "vitest";
import { RecordMissing } from "@/design";
import { renderAs } from "@/features/server/inRouter";
import { PageNotAllowed } from "./outcomes";

afterEach(() => cleanup());

it.each([
  ["a page of another role", <PageNotAllowed key="page" />],
  ["a record that is not there", <RecordMissing key="record" title="There is no such payment" />],
])("leads on from %s", async (_, shown) => {
  await renderAs("finance", shown);
  expect(await screen.findByRole("heading", { level: 1 })).toBeInTheDocument();
  expect(screen.getByRole("link", { name: "Go to the start page" })).toHaveAttribute("href", "/");
});
