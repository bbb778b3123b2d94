/** A server that says hello, as one would write it with Flask. */
@NullMarked
package io.github.vertexj.helloworld;

import org.jspecify.annotations.NullMarked;
