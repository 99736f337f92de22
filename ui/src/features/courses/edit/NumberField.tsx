/** A number that may be absent. */
import { NumberInput, type NumberInputProps } from "@mantine/core";

export function NumberField(props: NumberInputProps) {
  return <NumberInput min={0} decimalScale={2} hideControls {...props} />;
}
