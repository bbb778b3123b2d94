/** The adapter for Jakarta Servlet containers: a prediction handler served by one servlet. */
@NullMarked
package io.github.vertexj.servlet;

import org.jspecify.annotations.NullMarked;
