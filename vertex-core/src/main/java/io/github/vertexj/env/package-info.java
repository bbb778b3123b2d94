/** What the platform tells a container through its environment: variables, port and routes. */
@NullMarked
package io.github.vertexj.env;

import org.jspecify.annotations.NullMarked;
