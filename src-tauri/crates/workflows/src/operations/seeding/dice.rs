//! Chance from a seed: the same seed throws the same numbers. For sample and load data only; nothing a
//! secret depends on.

/// SplitMix64 (Steele, Lea, Flood 2014): small, fast, and good enough for invented students.
#[derive(Clone, Debug)]
pub(in crate::operations) struct Dice(u64);

impl Dice {
    /// Dice that depend on the seed only.
    pub(in crate::operations) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number from 0 up to but not including `n`; 0 where `n` is 0.
    pub(in crate::operations) fn below(&mut self, n: usize) -> usize {
        let n = u64::try_from(n).unwrap_or(u64::MAX).max(1);
        usize::try_from(self.next() % n).unwrap_or(0)
    }

    /// A number from `low` to `high`, both included.
    pub(in crate::operations) fn between(&mut self, low: i64, high: i64) -> i64 {
        let span = u64::try_from(high.saturating_sub(low))
            .unwrap_or(0)
            .saturating_add(1);
        low.saturating_add(i64::try_from(self.next() % span).unwrap_or(0))
    }

    /// Yes, so many times in a hundred.
    pub(in crate::operations) fn percent(&mut self, chance: i64) -> bool {
        self.between(0, 99) < chance
    }

    /// One of several; none of nothing.
    pub(in crate::operations) fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        from.get(self.below(from.len()))
    }
}
