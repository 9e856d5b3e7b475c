package offhook.cli;

/// How call records are printed.
enum RecordFormat {
    TABLE,
    CSV,
    JSON
}
