package offhook.config;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What numbers mean that are called, and which of them may be.
///
/// @param country whose national numbers are understood, as ISO 3166 has it; empty: none
/// @param emergency numbers that no limit holds back, as they are dialled
/// @param allow premium-rate and satellite numbers that may be called all the same; `*` at the end
///   stands for any rest
public record NumbersConfig(Optional<String> country, Set<String> emergency, List<String> allow) {}
