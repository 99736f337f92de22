/** Everything a screen stands on: theme, queries, dialogs, toasts. Also used by the gallery and by tests. */
import { MantineProvider } from "@mantine/core";
import { DatesProvider } from "@mantine/dates";
import { Notifications } from "@mantine/notifications";
import { type QueryClient, QueryClientProvider } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { ConfirmHost } from "@/design/ConfirmDialog";
import { usePreferences } from "@/design/preferences";
import { theme } from "@/design/theme";

export function Providers({ queryClient, children }: { queryClient: QueryClient; children: ReactNode }) {
  const { language } = usePreferences();
  return (
    <MantineProvider
      theme={theme}
      defaultColorScheme="auto"
      withCssVariables={false}
      withGlobalClasses={false}
    >
      <QueryClientProvider client={queryClient}>
        <DatesProvider settings={{ locale: language, firstDayOfWeek: 1 }}>
          <Notifications position="bottom-right" limit={4} autoClose={6000} containerWidth={360} />
          <ConfirmHost>{children}</ConfirmHost>
        </DatesProvider>
      </QueryClientProvider>
    </MantineProvider>
  );
}
