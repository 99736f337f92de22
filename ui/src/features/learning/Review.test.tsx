import { MantineProvider } from "@mantine/core";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { expect, it } from "vitest";
import { Stars } from "./Review";

function Rated() {
  const [value, setValue] = useState(0);
  return (
    <MantineProvider env="test">
      <Stars label="How good was it?" value={value} onChange={setValue} />
      <output>{value}</output>
    </MantineProvider>
  );
}

it("is a group of five named stars, chosen by keyboard", async () => {
  const user = userEvent.setup();
  render(<Rated />);
  expect(screen.getByRole("group", { name: "How good was it?" })).toBeInTheDocument();
  expect(screen.getAllByRole("radio")).toHaveLength(5);
  await user.tab();
  await user.keyboard(" ");
  expect(screen.getByRole("status")).toHaveTextContent("1");
  await user.keyboard("{ArrowRight}{ArrowRight}");
  expect(screen.getByRole("radio", { name: "3 stars" })).toBeChecked();
  expect(screen.getByRole("status")).toHaveTextContent("3");
});
