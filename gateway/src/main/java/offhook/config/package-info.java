/// Turns the YAML file into checked records, once, and writes what counts in the words of the file;
/// sole importer of the YAML parser. May import: `fault`.
@NullMarked
package offhook.config;

import org.jspecify.annotations.NullMarked;
