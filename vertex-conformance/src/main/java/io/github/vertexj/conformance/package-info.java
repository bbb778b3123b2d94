/** A judge of model servers: asks a running container what the platform would ask, and reports. */
@NullMarked
package io.github.vertexj.conformance;

import org.jspecify.annotations.NullMarked;
