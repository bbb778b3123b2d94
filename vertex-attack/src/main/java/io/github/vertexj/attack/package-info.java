/** What one client can do to others, and a client beside it whose requests must not suffer. */
@NullMarked
package io.github.vertexj.attack;

import org.jspecify.annotations.NullMarked;
