/** Everything a screen stands on: theme, queries, dialogs, toasts. Also used by the gallery and by tests. */
import { MantineProvider, mergeThemeOverrides } from "@mantine/core";
import { DatesProvider } from "@mantine/dates";
import { Notifications } from "@mantine/notifications";
import { type QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { type ReactNode, useEffect, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { ConfirmHost } from "@/design/ConfirmDialog";
import { parseDay } from "@/design/day";
import { keepFieldsInView } from "@/design/fieldsInView";
import { usePreferences } from "@/design/preferences";
import { FIELD_ORDER, theme } from "@/design/theme";
import { SpokenContext } from "@/i18n/spoken";

export function Providers({ queryClient, children }: { queryClient: QueryClient; children: ReactNode }) {
  const { language } = usePreferences();
  const { t, i18n } = useTranslation("design");
  const spoken = useMemo(() => ({ language: i18n.language, words: t }), [t, i18n.language]);
  useEffect(keepFieldsInView, []);
  // calendars speak the person's language; Mantine takes their words as props
  const themed = useMemo(() => {
    const ariaLabels = {
      nextMonth: t("calendar.nextMonth"),
      previousMonth: t("calendar.previousMonth"),
      nextYear: t("calendar.nextYear"),
      previousYear: t("calendar.previousYear"),
      nextDecade: t("calendar.nextDecade"),
      previousDecade: t("calendar.previousDecade"),
    };
    const calendar = { defaultProps: { ariaLabels, hideOutsideDates: true } };
    const dateParser = (text: string) => parseDay(text, i18n.language);
    const field = { defaultProps: { ...calendar.defaultProps, size: "sm", inputWrapperOrder: FIELD_ORDER } };
    return mergeThemeOverrides(theme, {
      components: {
        DatePicker: calendar,
        MonthPicker: { defaultProps: { ariaLabels } },
        DatePickerInput: field,
        DateInput: { defaultProps: { ...field.defaultProps, dateParser } },
        DateTimePicker: field,
        MonthPickerInput: { defaultProps: { ariaLabels, size: "sm", inputWrapperOrder: FIELD_ORDER } },
      },
    });
  }, [t, i18n.language]);
  return (
    <MantineProvider
      theme={themed}
      defaultColorScheme="auto"
      withCssVariables={false}
      withGlobalClasses={false}
    >
      <QueryClientProvider client={queryClient}>
        <SpokenContext value={spoken}>
          <DatesProvider settings={{ locale: language, firstDayOfWeek: 1, weekendDays: [] }}>
            <Notifications position="bottom-right" limit={4} autoClose={6000} containerWidth={360} />
            <ConfirmHost>{children}</ConfirmHost>
          </DatesProvider>
        </SpokenContext>
      </QueryClientProvider>
    </MantineProvider>
  );
}
