"""The CAP samples beside the checkout, and an alert of our own; nothing of the samples is copied."""

import hashlib
import re
from functools import cache
from pathlib import Path

import pytest
from lxml import etree

CONFORMANCE = Path(__file__).parents[3] / "shared" / "conformance"
SAMPLES = CONFORMANCE / "cap-samples"
needs_samples = pytest.mark.skipif(
    not SAMPLES.is_dir(),
    reason=f"SKIPPED: the CAP samples and the official schema are not there ({CONFORMANCE})",
)

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"


@cache
def names() -> tuple[str, ...]:
    """The samples' names; none without the folder."""
    return tuple(sorted(file.name for file in SAMPLES.glob("*") if file.suffix in (".cap", ".xml")))


@cache
def sample(name: str) -> bytes:
    """A sample's bytes, which must be those that its README names."""
    content = (SAMPLES / name).read_bytes()
    stated = re.search(
        rf"^\| {re.escape(name)} .*\| (\w+) \|$", (SAMPLES / "README.md").read_text(), re.MULTILINE
    )
    assert stated is not None
    assert hashlib.sha256(content).hexdigest().startswith(stated[1])
    return content


@cache
def stated_valid(name: str) -> bool:
    """Whether the README calls it valid, by schema and spec."""
    line = re.search(
        rf"^\| {re.escape(name)} \|[^|]*\|([^|]*)\|", (SAMPLES / "README.md").read_text(), re.MULTILINE
    )
    assert line is not None
    return line[1].strip() == "valid"


@cache
def schema() -> etree.XMLSchema:
    """The official schema."""
    return etree.XMLSchema(etree.parse(str(CONFORMANCE / "CAP-v1.2.xsd")))


ALERT = f"""<?xml version="1.0" encoding="UTF-8"?>
<alert xmlns="{NAMESPACE}">
  <identifier>cn-410100-0001</identifier>
  <sender>warning@example.gov.cn</sender>
  <sent>2024-01-08T08:00:00+08:00</sent>
  <status>Actual</status>
  <msgType>Update</msgType>
  <source>example</source>
  <scope>Public</scope>
  <code>example:1</code>
  <references>warning@example.gov.cn,cn-410100-0000,2024-01-07T08:00:00+08:00</references>
  <info>
    <language>zh-CN</language>
    <category>Env</category>
    <category>Health</category>
    <event>重污染天气</event>
    <responseType>Prepare</responseType>
    <urgency>Expected</urgency>
    <severity>Severe</severity>
    <certainty>Likely</certainty>
    <eventCode><valueName>cn:eventType</valueName><value>12Q02</value></eventCode>
    <effective>2024-01-08T08:00:00+08:00</effective>
    <onset>2024-01-10T12:00:00+08:00</onset>
    <expires>2024-01-13T12:00:00+08:00</expires>
    <senderName>示例办公室</senderName>
    <headline>示例市发布重污染天气橙色预警</headline>
    <description>示例</description>
    <instruction>减少户外活动</instruction>
    <web>https://example.gov.cn/a?b=1</web>
    <contact>值班室</contact>
    <parameter><valueName>cn:alertLevel</valueName><value>橙色</value></parameter>
    <resource>
      <resourceDesc>图</resourceDesc>
      <mimeType>image/png</mimeType>
      <size>5</size>
      <uri>https://example.gov.cn/map.png</uri>
      <derefUri>aGVsbG8=</derefUri>
      <digest>aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d</digest>
    </resource>
    <area>
      <areaDesc>示例市</areaDesc>
      <polygon>34.7,113.6 34.8,113.6 34.8,113.7 34.7,113.6</polygon>
      <circle>34.7,113.6 12.5</circle>
      <geocode><valueName>GB/T 2260</valueName><value>410100</value></geocode>
      <altitude>0</altitude>
      <ceiling>1000.5</ceiling>
    </area>
  </info>
</alert>
"""  # every element that has a rule of its own, and no fault

NATIONAL = """<?xml version="1.0" encoding="UTF-8"?>
<alert xmlns="http://com.icss.amp">
  <identifier>41010041600000_20240108080000_1</identifier>
  <sender>示例市气象局</sender>
  <senderCode>41010041600000</senderCode>
  <phone/>
  <sendTime>2024-01-08 08:00:00+08:00</sendTime>
  <status>Actual</status>
  <msgType>Alert</msgType>
  <scope>Public</scope>
  <code>
    <method><methodName>SMS</methodName><message/><audienceGrp>G01</audienceGrp><audiencePrt/></method>
  </code>
  <secClassification>None</secClassification>
  <note/>
  <references/>
  <info>
    <language>zh-CN</language>
    <eventType>12Q02</eventType>
    <urgency>Unknown</urgency>
    <severity>Orange</severity>
    <certainty>Unknown</certainty>
    <effective>2024-01-08 08:00:00+08:00</effective>
    <onset/>
    <expires>2024-01-13 12:00:00+08:00</expires>
    <senderName>示例市气象局张某</senderName>
    <headline>示例市气象局发布重污染天气橙色预警</headline>
    <description>示例</description>
    <instruction/>
    <web/>
    <area>
      <areaDesc>示例市</areaDesc>
      <polygon/>
      <circle>34.7,113.6 12500</circle>
      <geocode>410100,410102</geocode>
    </area>
  </info>
</alert>
"""


def changed(document: str, old: str, new: str) -> bytes:
    """The document with one passage changed, which must stand there."""
    assert document.count(old) >= 1, old
    return document.replace(old, new, 1).encode()
