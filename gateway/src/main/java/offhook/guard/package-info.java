/// Judges passwords. May import: `runtime`; sole importer of bcrypt.
@NullMarked
package offhook.guard;

import org.jspecify.annotations.NullMarked;
