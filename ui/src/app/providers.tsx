/** Everything a screen stands on: theme, queries, dialogs, toasts. Also used by the gallery and by tests. */
import { MantineProvider, mergeThemeOverrides } from "@mantine/core";
import { DatesProvider } from "@mantine/dates";
import { Notifications } from "@mantine/notifications";
import { type QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { type ReactNode, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { ConfirmHost } from "@/design/ConfirmDialog";
import { usePreferences } from "@/design/preferences";
import { FIELD_ORDER, theme } from "@/design/theme";

export function Providers({ queryClient, children }: { queryClient: QueryClient; children: ReactNode }) {
  const { language } = usePreferences();
  const { t } = useTranslation("design");
  // calendars speak the person's language; Mantine takes their words as props
  const spoken = useMemo(() => {
    const ariaLabels = {
      nextMonth: t("calendar.nextMonth"),
      previousMonth: t("calendar.previousMonth"),
      nextYear: t("calendar.nextYear"),
      previousYear: t("calendar.previousYear"),
      nextDecade: t("calendar.nextDecade"),
      previousDecade: t("calendar.previousDecade"),
    };
    const calendar = { defaultProps: { ariaLabels, hideOutsideDates: true } };
    const field = { defaultProps: { ...calendar.defaultProps, size: "sm", inputWrapperOrder: FIELD_ORDER } };
    return mergeThemeOverrides(theme, {
      components: {
        DatePicker: calendar,
        MonthPicker: { defaultProps: { ariaLabels } },
        DatePickerInput: field,
        DateInput: field,
        DateTimePicker: field,
        MonthPickerInput: { defaultProps: { ariaLabels, size: "sm", inputWrapperOrder: FIELD_ORDER } },
      },
    });
  }, [t]);
  return (
    <MantineProvider
      theme={spoken}
      defaultColorScheme="auto"
      withCssVariables={false}
      withGlobalClasses={false}
    >
      <QueryClientProvider client={queryClient}>
        <DatesProvider settings={{ locale: language, firstDayOfWeek: 1, weekendDays: [] }}>
          <Notifications position="bottom-right" limit={4} autoClose={6000} containerWidth={360} />
          <ConfirmHost>{children}</ConfirmHost>
        </DatesProvider>
      </QueryClientProvider>
    </MantineProvider>
  );
}
