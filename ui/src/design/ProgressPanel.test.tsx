import { MantineProvider } from "@mantine/core";
import { render, screen } from "@testing-library/react";
import { afterEach, expect, it } from "vitest";
import { switchLanguage } from "@/i18n";
import { ProgressPanel } from "./ProgressPanel";

afterEach(() => switchLanguage("en"));

const shown = (unit?: "bytes") =>
  render(
    <MantineProvider env="test">
      <ProgressPanel title="Sealing" done={1_500_000} total={12_000_000} {...(unit && { unit })} />
    </MantineProvider>,
  );

it("counts records", () => {
  shown();
  expect(screen.getByText("1,500,000 of 12,000,000")).toBeInTheDocument();
});

it.each([
  ["en", "1.5 MB of 12 MB"],
  ["de", "1,5 MB von 12 MB"],
] as const)("tells bytes as sizes are told (%s)", async (language, figures) => {
  await switchLanguage(language);
  shown("bytes");
  expect(screen.getByText(figures)).toBeInTheDocument();
});
