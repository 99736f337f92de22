import { MantineProvider } from "@mantine/core";
import { render, screen } from "@testing-library/react";
import type { ReactNode } from "react";
import { expect, it } from "vitest";
import { PasswordField } from "./PasswordField";
import { theme } from "./theme";

const shown = (field: ReactNode) =>
  render(
    <MantineProvider theme={theme} env="test">
      {field}
    </MantineProvider>,
  );
const input = () => screen.getByLabelText("Password", { selector: "input" });

it("is read as wrong together with what is wrong, its help and what stands beside it", () => {
  shown(
    <>
      <PasswordField
        label="Password"
        description="Yours."
        error="This password is not right."
        aria-describedby="rules"
      />
      <p id="rules">Ten characters.</p>
    </>,
  );
  expect(input()).toBeInvalid();
  expect(input()).toHaveAccessibleDescription("This password is not right. Yours. Ten characters.");
});

it("says nothing of an error where there is none", () => {
  shown(
    <>
      <PasswordField label="Password" aria-describedby="rules" />
      <p id="rules">Ten characters.</p>
    </>,
  );
  expect(input()).not.toHaveAttribute("aria-invalid");
  expect(input()).toHaveAccessibleDescription("Ten characters.");
});

it("has no description where nothing describes it", () => {
  shown(<PasswordField label="Password" />);
  expect(input()).not.toHaveAttribute("aria-describedby");
});
