/// Keeps a record of each call in a database: written when it begins, completed when it ends, never
/// lost and never doubled. Sole importer of JDBC. May import: the views of `call`, `config`,
/// `fault`, `files`, `runtime`.
@NullMarked
package offhook.cdr;

import org.jspecify.annotations.NullMarked;
