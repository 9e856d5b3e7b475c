/// Turns the YAML file into checked records, once; sole importer of the YAML parser. May import:
/// `fault`.
@NullMarked
package offhook.config;

import org.jspecify.annotations.NullMarked;
