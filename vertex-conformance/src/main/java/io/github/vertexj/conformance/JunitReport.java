package io.github.vertexj.conformance;

import java.io.StringWriter;
import java.util.List;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** Results as the XML that build servers read: what fails no run is skipped there. */
final class JunitReport {
  private JunitReport() {}

  static String of(List<Result> results, boolean strict) {
    StringWriter text = new StringWriter();
    try {
      XMLStreamWriter xml = XMLOutputFactory.newFactory().createXMLStreamWriter(text);
      xml.writeStartDocument();
      xml.writeStartElement("testsuite");
      xml.writeAttribute("name", "vertex-conformance");
      count(xml, "tests", results.size());
      count(xml, "failures", results.stream().filter(result -> result.fails(strict)).count());
      count(xml, "skipped", results.stream().filter(result -> skipped(result, strict)).count());
      for (Result result : results) {
        write(xml, result, strict);
      }
      xml.writeEndElement();
      xml.writeEndDocument();
      return text + "\n";
    } catch (XMLStreamException e) {
      throw new IllegalStateException(e); // a StringWriter takes everything
    }
  }

  private static boolean skipped(Result result, boolean strict) {
    return result.outcome() != Outcome.KEPT && !result.fails(strict);
  }

  private static void count(XMLStreamWriter xml, String name, long count)
      throws XMLStreamException {
    xml.writeAttribute(name, Long.toString(count));
  }

  private static void write(XMLStreamWriter xml, Result result, boolean strict)
      throws XMLStreamException {
    xml.writeStartElement("testcase");
    xml.writeAttribute("classname", result.check().clause());
    xml.writeAttribute("name", result.check().sentence());
    if (result.outcome() != Outcome.KEPT) {
      xml.writeStartElement(result.fails(strict) ? "failure" : "skipped");
      xml.writeAttribute("message", result.outcome() + ": " + result.text());
      xml.writeCharacters(Table.line(result));
      xml.writeEndElement();
    }
    xml.writeEndElement();
  }
}
