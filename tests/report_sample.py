"""Realistic runs to render: one that conforms, one that does not, one interrupted, one from a hostile platform.

Synthetic throughout: reserved names (RFC 2606, RFC 6761), invented people and documents.
"""

import hashlib
from collections import Counter
from enum import Enum
from typing import Any

import msgspec

from harness.evidence import Cause, Exchange, Redaction
from harness.ledger import Ledger, Tally
from harness.model import Decision, Fault, Footprint, Obligation, Severity, Text, Verdict
from harness.record import (
    DomainSummary,
    Item,
    NotCovered,
    ProfileInfo,
    Result,
    Run,
    ScopeInfo,
    TargetInfo,
)  # fmt: skip

#: domain, id, severity, obligation (m/s/y), English title, Thai title, reference
CHECKS = """
tls TLS-01 critical m|SSL 2.0 is refused|ปฏิเสธ SSL 2.0|RFC 6176; ASVS 5.0.0-12.1.1
tls TLS-02 high m|SSL 3.0 is refused|ปฏิเสธ SSL 3.0|RFC 7568; ASVS 5.0.0-12.1.1
tls TLS-03 high m|TLS 1.0 is refused|ปฏิเสธ TLS 1.0|RFC 8996; ASVS 5.0.0-12.1.1
tls TLS-04 high m|TLS 1.1 is refused|ปฏิเสธ TLS 1.1|RFC 8996; ASVS 5.0.0-12.1.1
tls TLS-05 medium m|TLS 1.2 or 1.3 is offered, and 1.3 is preferred|ให้บริการ TLS 1.2 หรือ 1.3 และเลือก 1.3 ก่อน|ASVS 5.0.0-12.1.1
tls TLS-06 critical m|No cipher suite without encryption, without authentication or of export strength is accepted|ไม่ยอมรับชุดรหัสที่ไม่เข้ารหัส ไม่ยืนยันตัวตน หรือมีความแข็งแรงระดับส่งออก|RFC 9325 §4.1; CWE-327
tls TLS-07 medium m|No cipher suite with 64-bit blocks is accepted|ไม่ยอมรับชุดรหัสที่ใช้บล็อก 64 บิต (3DES)|CVE-2016-2183
tls TLS-08 medium s|No static RSA key exchange is accepted|ไม่ยอมรับการแลกเปลี่ยนกุญแจแบบ RSA คงที่|RFC 9325 §4.1
tls TLS-09 low s|Authenticated encryption comes before CBC|เลือกการเข้ารหัสแบบยืนยันความถูกต้อง (AEAD) ก่อน CBC|RFC 9325 §4.2
tls TLS-10 low s|The server decides the order of cipher suites|เซิร์ฟเวอร์เป็นผู้กำหนดลำดับชุดรหัส|ASVS 5.0.0-12.1.2
tls TLS-11 high m|Diffie-Hellman groups have at least 2048 bits|กลุ่ม Diffie-Hellman มีขนาดอย่างน้อย 2048 บิต|RFC 7919; CVE-2015-4000
tls TLS-12 medium m|Elliptic curves are those of the accepted set|ใช้เส้นโค้งวงรีที่อยู่ในรายการยอมรับ|RFC 9325 §4.2
tls TLS-13 info y|A post-quantum key exchange is offered|มีการแลกเปลี่ยนกุญแจที่ทนต่อควอนตัม|FIPS 203
tls TLS-14 critical m|The server does not leak memory through heartbeats (Heartbleed)|เซิร์ฟเวอร์ไม่รั่วข้อมูลในหน่วยความจำทาง heartbeat (Heartbleed)|CVE-2014-0160
tls TLS-15 high m|An early change of cipher is refused (CCS injection)|ปฏิเสธการเปลี่ยนรหัสก่อนเวลา (CCS injection)|CVE-2014-0224
tls TLS-16 high m|The server is no oracle for RSA padding (ROBOT)|เซิร์ฟเวอร์ไม่เผยความถูกผิดของการเติมข้อมูล RSA (ROBOT)|CVE-2017-13099
tls TLS-17 high m|TLS compression is off|ปิดการบีบอัดในชั้น TLS|CVE-2012-4929
tls TLS-18 medium m|Renegotiation is secure|การเจรจาซ้ำเป็นแบบปลอดภัย|RFC 5746
tls TLS-19 medium s|Renegotiation asked by a client is refused or limited|ปฏิเสธหรือจำกัดการเจรจาซ้ำที่ฝั่งผู้ใช้ร้องขอ|CVE-2011-1473
tls TLS-20 medium s|A forced fall to an older version is noticed|ตรวจพบการบังคับถอยไปใช้รุ่นเก่า|RFC 7507
tls TLS-21 medium s|The extended master secret is used|ใช้ extended master secret|RFC 7627
tls TLS-22 medium m|Early data is off, or limited to safe requests|ปิดข้อมูลล่วงหน้า (0-RTT) หรือจำกัดเฉพาะคำขอที่ปลอดภัย|RFC 8446 §8; RFC 8470
tls TLS-23 low s|Session tickets live at most seven days|ตั๋วเซสชันมีอายุไม่เกินเจ็ดวัน|RFC 9325 §3.4
tls TLS-25 low s|Only HTTP/2 and HTTP/1.1 are negotiated|ต่อรองเฉพาะ HTTP/2 และ HTTP/1.1|RFC 7301
tls TLS-26 low s|An unknown server name reveals no other tenant|ชื่อเซิร์ฟเวอร์ที่ไม่รู้จักไม่เผยผู้เช่ารายอื่น|RFC 9325 §3.7
tls TLS-28 high m|A client certificate is required where it is claimed|บังคับใช้ใบรับรองฝั่งผู้ใช้ในส่วนที่แจ้งไว้|ASVS 5.0.0-12.1.3; RFC 8705
tls TLS-29 info y|Plain HTTP on the TLS port is refused cleanly|ปฏิเสธ HTTP ธรรมดาบนพอร์ต TLS อย่างถูกวิธี|own
tls TLS-30 medium m|Every address of a name behaves alike|ทุกที่อยู่ของชื่อเดียวกันทำงานเหมือนกัน|own
crt CRT-01 high m|The certificate chain leads to an accepted root|สายใบรับรองโยงถึงรากที่ยอมรับ|ASVS 5.0.0-12.2.2; CWE-295
crt CRT-02 high m|The certificate names the host|ใบรับรองระบุชื่อโฮสต์ตรงกัน|RFC 9525
crt CRT-03 high m|The certificate is valid now and for two more weeks|ใบรับรองยังไม่หมดอายุและเหลืออายุเกินสองสัปดาห์|RFC 5280 §4.1.2.5
crt CRT-04 medium m|The certificate's lifetime is within policy|อายุใบรับรองไม่เกินนโยบาย|CA/B BR §6.3.2
crt CRT-05 high m|Keys and signatures are strong|กุญแจและลายมือชื่อแข็งแรงเพียงพอ|RFC 9325 §4.5; CWE-326
crt CRT-06 medium m|Intermediate certificates are sent, in order|ส่งใบรับรองตัวกลางครบและเรียงลำดับ|RFC 5246 §7.4.2
crt CRT-07 low s|A good OCSP response is stapled|แนบผล OCSP ที่ถูกต้องมาด้วย|ASVS 5.0.0-12.1.4
crt CRT-09 low s|The certificate is in two public logs|ใบรับรองอยู่ในบันทึกสาธารณะอย่างน้อยสองแห่ง|RFC 9162
crt CRT-10 low s|The certificate is meant for servers|ใบรับรองออกให้ใช้กับเซิร์ฟเวอร์|CA/B BR §7.1.2
crt CRT-11 info y|Keys are not shared between hosts|ไม่ใช้กุญแจร่วมกันระหว่างโฮสต์|own
dns DNS-01 medium s|The zone is signed with DNSSEC and validates|โซนลงลายมือชื่อ DNSSEC และตรวจสอบได้|RFC 9364
dns DNS-02 low s|CAA permits the issuer of the certificate|ระเบียน CAA อนุญาตผู้ออกใบรับรอง|RFC 8659
dns DNS-03 high m|No name points to something abandoned|ไม่มีชื่อที่ชี้ไปยังปลายทางที่เลิกใช้|WSTG-CONF-10
dns MAI-01 medium m|One SPF record says who may send mail|มีระเบียน SPF เดียวที่ระบุผู้มีสิทธิ์ส่งอีเมล|RFC 7208
dns MAI-02 medium m|DMARC asks to quarantine or reject forged mail|DMARC สั่งกักหรือปฏิเสธอีเมลปลอม|RFC 7489
dns MAI-03 low s|MTA-STS is enforced|บังคับใช้ MTA-STS|RFC 8461
dns MAI-04 medium s|Mail servers offer TLS with a valid certificate|เซิร์ฟเวอร์อีเมลรองรับ TLS ด้วยใบรับรองที่ถูกต้อง|RFC 3207
dns SUP-01 low s|A valid security.txt says whom to tell|มี security.txt ที่ถูกต้องบอกช่องทางแจ้งช่องโหว่|RFC 9116
web HTTP-01 medium m|Plain HTTP only leads to HTTPS on the same host|HTTP ธรรมดาพาไปยัง HTTPS ของโฮสต์เดียวกันเท่านั้น|ASVS 5.0.0-4.1.2
web HTTP-02 medium m|The API refuses plain HTTP|API ปฏิเสธ HTTP ธรรมดา|ASVS 5.0.0-4.1.2
web HTTP-03 medium m|Browsers are told to stay on HTTPS for at least a year|สั่งให้เบราว์เซอร์ใช้ HTTPS ต่อเนื่องอย่างน้อยหนึ่งปี|RFC 6797 §6.1; ASVS 5.0.0-3.4.1
web HTTP-04 low m|The HSTS header is single and well formed|เฮดเดอร์ HSTS มีชุดเดียวและถูกรูปแบบ|RFC 6797 §6.1
web HTTP-05 medium m|A content security policy is enforced on documents|บังคับใช้นโยบายความปลอดภัยของเนื้อหา (CSP) กับทุกหน้า|ASVS 5.0.0-3.4.3
web HTTP-06 medium m|The content security policy stops injected scripts|นโยบาย CSP หยุดสคริปต์ที่ถูกแทรกได้จริง|ASVS 5.0.0-3.4.3
web HTTP-07 medium s|Nonces differ in every response|ค่า nonce ไม่ซ้ำกันในแต่ละคำตอบ|CSP3 §7.1
web HTTP-08 medium m|Other sites cannot frame the pages|เว็บไซต์อื่นนำหน้าเว็บไปซ้อนในกรอบไม่ได้|ASVS 5.0.0-3.4.6; CWE-1021
web HTTP-09 low m|Browsers are told not to guess content types|สั่งให้เบราว์เซอร์ไม่เดาชนิดเนื้อหา|ASVS 5.0.0-3.4.4
web HTTP-10 low s|Content types are present and right|ระบุชนิดเนื้อหาครบและถูกต้อง|ASVS 5.0.0-4.1.1
web HTTP-11 low s|Addresses are not passed to other sites|ไม่ส่งต่อที่อยู่หน้าเว็บไปยังเว็บไซต์อื่น|ASVS 5.0.0-3.4.5
web HTTP-12 info y|Browser features are limited|จำกัดความสามารถของเบราว์เซอร์ที่หน้าเว็บใช้ได้|own
web HTTP-13 low s|Documents are isolated from other origins|แยกหน้าเว็บออกจากต้นทางอื่น|ASVS 5.0.0-3.4.8
web HTTP-14 low s|No version of the software is shown|ไม่เปิดเผยรุ่นของซอฟต์แวร์|ASVS 5.0.0-13.4.6
web HTTP-15 high m|Personal pages are not kept in caches|หน้าข้อมูลส่วนบุคคลไม่ถูกเก็บในแคช|ASVS 5.0.0-14.3.2; CWE-525
web HTTP-19 medium m|TRACE and CONNECT are refused|ปฏิเสธเมธอด TRACE และ CONNECT|ASVS 5.0.0-13.4.4
web HTTP-20 medium s|Methods that are not offered are answered with 405|ตอบ 405 เมื่อใช้เมธอดที่ไม่ให้บริการ|ASVS 5.0.0-4.1.4
web HTTP-22 high m|A forged Host header is not believed|ไม่เชื่อเฮดเดอร์ Host ที่ปลอมมา|ASVS 5.0.0-4.1.3
web HTTP-24 medium m|Line breaks in parameters do not reach headers|อักขระขึ้นบรรทัดในพารามิเตอร์ไม่หลุดไปถึงเฮดเดอร์|CWE-113
web HTTP-26 low m|No page loads anything over plain HTTP|ไม่มีหน้าใดโหลดเนื้อหาผ่าน HTTP ธรรมดา|WSTG-CRYP-03
web HTTP-27 low s|Scripts from elsewhere are pinned by a digest|สคริปต์จากภายนอกกำกับด้วยค่าแฮช|ASVS 5.0.0-3.6.1
web CK-01 medium m|Session cookies travel over TLS only|คุกกี้เซสชันส่งผ่าน TLS เท่านั้น|ASVS 5.0.0-3.3.1
web CK-02 medium m|Scripts cannot read session cookies|สคริปต์อ่านคุกกี้เซสชันไม่ได้|ASVS 5.0.0-3.3.4
web CK-03 low m|Cookies say which sites may send them|คุกกี้กำหนดว่าเว็บไซต์ใดส่งได้ (SameSite)|ASVS 5.0.0-3.3.2
web CK-04 low s|Session cookies are bound to their host|คุกกี้เซสชันผูกกับโฮสต์ (__Host-)|ASVS 5.0.0-3.3.3
web CK-06 high m|Session identifiers cannot be guessed|เดาค่าเซสชันไม่ได้|ASVS 5.0.0-7.2.3
web CORS-01 high m|No foreign origin is let in|ไม่เปิดให้ต้นทางแปลกปลอมเข้าถึง|ASVS 5.0.0-3.4.2; CWE-942
web CORS-02 medium m|Credentials never go with a wildcard|ไม่ใช้สิทธิ์ผู้ใช้ร่วมกับการเปิดให้ทุกต้นทาง|ASVS 5.0.0-3.4.2
web WEB-12 medium m|Error pages reveal nothing of the inside|หน้าแสดงข้อผิดพลาดไม่เปิดเผยรายละเอียดภายใน|ASVS 5.0.0-16.5.1; CWE-209
web WEB-13 low s|Error pages keep the security headers|หน้าแสดงข้อผิดพลาดยังมีเฮดเดอร์ความปลอดภัย|ASVS 5.0.0-3.4
web WEB-14 high m|No repository, backup or configuration file can be fetched|ดึงคลังซอร์สโค้ด แฟ้มสำรอง หรือแฟ้มตั้งค่าไม่ได้|ASVS 5.0.0-13.4.1
web WEB-15 medium m|Folders are not listed|ไม่แสดงรายการแฟ้มในโฟลเดอร์|ASVS 5.0.0-13.4.3
web WEB-16 medium s|Documentation of the API is public only where declared|เอกสาร API เปิดสาธารณะเฉพาะที่แจ้งไว้|ASVS 5.0.0-13.4.5
web WEB-20 medium m|No secret travels in an address|ไม่มีความลับอยู่ในที่อยู่หน้าเว็บ|ASVS 5.0.0-14.2.1
web WEB-21 medium m|Public pages show no personal data|หน้าสาธารณะไม่แสดงข้อมูลส่วนบุคคล|CWE-359
"""
#: What is wrong with the bad platform, check by check: reason and remedy. English | Thai.
FAULTS = """
TLS-03|TLS 1.0 is accepted with TLS_RSA_WITH_AES_128_CBC_SHA|ยอมรับ TLS 1.0 ด้วยชุดรหัส TLS_RSA_WITH_AES_128_CBC_SHA|Switch TLS 1.0 off on every listener|ปิด TLS 1.0 ทุกช่องทางที่เปิดรับการเชื่อมต่อ
TLS-04|TLS 1.1 is accepted with TLS_RSA_WITH_AES_256_CBC_SHA|ยอมรับ TLS 1.1 ด้วยชุดรหัส TLS_RSA_WITH_AES_256_CBC_SHA|Switch TLS 1.1 off on every listener|ปิด TLS 1.1 ทุกช่องทางที่เปิดรับการเชื่อมต่อ
TLS-07|TLS_RSA_WITH_3DES_EDE_CBC_SHA is accepted|ยอมรับชุดรหัส TLS_RSA_WITH_3DES_EDE_CBC_SHA|Take 3DES out of the list of cipher suites|ถอด 3DES ออกจากรายการชุดรหัส
TLS-08|6 cipher suites with static RSA key exchange are accepted|ยอมรับชุดรหัสที่แลกเปลี่ยนกุญแจแบบ RSA คงที่ 6 ชุด|Allow only ECDHE and DHE key exchange|อนุญาตเฉพาะการแลกเปลี่ยนกุญแจแบบ ECDHE และ DHE
TLS-11|the Diffie-Hellman group has 1024 bits, below 2048|กลุ่ม Diffie-Hellman มีขนาด 1024 บิต น้อยกว่า 2048 บิต|Use the ffdhe2048 group or a larger one|ใช้กลุ่ม ffdhe2048 หรือใหญ่กว่า
TLS-20|a fall from TLS 1.2 to 1.1 was accepted in spite of TLS_FALLBACK_SCSV|ยอมรับการถอยจาก TLS 1.2 เป็น 1.1 แม้ส่ง TLS_FALLBACK_SCSV|Update the TLS library|ปรับรุ่นไลบรารี TLS
CRT-03|the certificate ends in 6 days, on 2026-11-28; at least 14 are asked for|ใบรับรองเหลืออายุ 6 วัน หมดอายุ 2026-11-28 เกณฑ์กำหนดอย่างน้อย 14 วัน|Renew the certificate now and automate its renewal|ต่ออายุใบรับรองทันที และตั้งให้ต่ออายุอัตโนมัติ
CRT-06|the intermediate certificate is not sent|ไม่ได้ส่งใบรับรองตัวกลาง|Install the full chain, the server's own certificate first|ติดตั้งสายใบรับรองให้ครบ โดยเรียงใบรับรองของเซิร์ฟเวอร์ไว้ก่อน
DNS-02|no CAA record from demo.test to the root|ไม่พบระเบียน CAA ตั้งแต่ demo.test จนถึงราก|Publish a CAA record that names your issuer|ประกาศระเบียน CAA ที่ระบุผู้ออกใบรับรองของหน่วยงาน
MAI-02|the policy is p=none: forged mail is delivered|นโยบายเป็น p=none อีเมลปลอมจึงส่งถึงผู้รับได้|Move DMARC to p=quarantine, then to p=reject|ปรับ DMARC เป็น p=quarantine แล้วจึงเป็น p=reject
HTTP-01|http://portal.demo.test/ answers 200 with a page instead of leading to HTTPS|http://portal.demo.test/ ตอบ 200 พร้อมหน้าเว็บ แทนที่จะพาไปยัง HTTPS|Answer plain HTTP with a permanent redirect to HTTPS|ตอบ HTTP ธรรมดาด้วยการเปลี่ยนเส้นทางถาวรไปยัง HTTPS
HTTP-03|max-age is 300 s, below 31536000 s, in 3 of 4 answers; the error page has no header|max-age คือ 300 วินาที น้อยกว่า 31536000 วินาที ใน 3 จาก 4 คำตอบ และหน้าแสดงข้อผิดพลาดไม่มีเฮดเดอร์|Send the header on every HTTPS response, error pages and redirects included, with a lifetime of at least one year|ส่งเฮดเดอร์นี้ในทุกคำตอบที่เป็น HTTPS รวมทั้งหน้าแสดงข้อผิดพลาดและการเปลี่ยนเส้นทาง โดยกำหนดอายุอย่างน้อยหนึ่งปี
HTTP-05|no Content-Security-Policy on 2 of 2 documents|ไม่มีเฮดเดอร์ Content-Security-Policy ในหน้าเว็บ 2 จาก 2 หน้า|Send a policy that starts from default-src 'none' and allows what the pages need|ส่งนโยบายที่เริ่มจาก default-src 'none' แล้วอนุญาตเฉพาะสิ่งที่หน้าเว็บต้องใช้
HTTP-08|neither frame-ancestors nor X-Frame-Options is sent|ไม่ได้ส่งทั้ง frame-ancestors และ X-Frame-Options|Send frame-ancestors 'none', or 'self' where the portal frames itself|ส่ง frame-ancestors 'none' หรือ 'self' หากพอร์ทัลซ้อนหน้าของตนเอง
HTTP-09|X-Content-Type-Options is absent on 4 of 4 answers|ไม่มี X-Content-Type-Options ใน 4 จาก 4 คำตอบ|Send X-Content-Type-Options: nosniff on every response|ส่ง X-Content-Type-Options: nosniff ในทุกคำตอบ
HTTP-11|Referrer-Policy is unsafe-url|Referrer-Policy เป็น unsafe-url|Send Referrer-Policy: no-referrer or strict-origin|ส่ง Referrer-Policy: no-referrer หรือ strict-origin
HTTP-14|Server says nginx/1.18.0|เฮดเดอร์ Server แสดง nginx/1.18.0|Switch the version off in the Server header|ปิดการแสดงรุ่นในเฮดเดอร์ Server
HTTP-15|the record page is sent with Cache-Control: public, max-age=600|หน้าระเบียนสุขภาพส่ง Cache-Control: public, max-age=600|Send Cache-Control: no-store on everything personal|ส่ง Cache-Control: no-store ในทุกคำตอบที่มีข้อมูลส่วนบุคคล
HTTP-19|TRACE is answered 200 and echoes the request|TRACE ตอบ 200 และสะท้อนคำขอกลับมา|Switch TRACE off in the server|ปิดเมธอด TRACE ที่เซิร์ฟเวอร์
CK-01|the cookie session has no Secure attribute|คุกกี้ session ไม่มีแอตทริบิวต์ Secure|Set Secure on every cookie of the session|กำหนด Secure ให้คุกกี้เซสชันทุกตัว
CK-02|the cookie session has no HttpOnly attribute|คุกกี้ session ไม่มีแอตทริบิวต์ HttpOnly|Set HttpOnly on every cookie of the session|กำหนด HttpOnly ให้คุกกี้เซสชันทุกตัว
CK-03|the cookie session has no SameSite attribute|คุกกี้ session ไม่มีแอตทริบิวต์ SameSite|Set SameSite=Lax, or Strict where no link from elsewhere leads in|กำหนด SameSite=Lax หรือ Strict หากไม่มีลิงก์จากเว็บอื่นเข้ามา
CORS-01|Access-Control-Allow-Origin repeats https://attacker.test and allows credentials|Access-Control-Allow-Origin สะท้อน https://attacker.test และอนุญาตให้ใช้สิทธิ์ผู้ใช้|Compare the Origin with a fixed list, and answer nothing to the rest|เทียบค่า Origin กับรายการที่กำหนดไว้ และไม่ตอบต้นทางอื่น
WEB-12|the 500 page shows a Python traceback with file paths|หน้า 500 แสดง traceback ของ Python พร้อมเส้นทางแฟ้ม|Show a neutral error page and keep the details in the log|แสดงหน้าข้อผิดพลาดแบบกลาง และเก็บรายละเอียดไว้ในบันทึกระบบ
WEB-14|/.git/config answers 200 with a repository configuration; the control /.git/no-such-file answers 404|/.git/config ตอบ 200 พร้อมการตั้งค่าคลังซอร์สโค้ด ส่วนการทดสอบควบคุม /.git/no-such-file ตอบ 404|Remove the folder from the web root and refuse every name that starts with a dot|นำโฟลเดอร์ออกจากเว็บรูท และปฏิเสธทุกชื่อที่ขึ้นต้นด้วยจุด
WEB-15|/static/ lists 14 files|/static/ แสดงรายการแฟ้ม 14 แฟ้ม|Switch directory listing off|ปิดการแสดงรายการแฟ้มในโฟลเดอร์
"""
BROKEN = {row.split("|")[0]: row.split("|")[1:] for row in FAULTS.strip().splitlines()}
TITLES = {
    "tls": Text("Transport security (TLS)", "ความปลอดภัยของช่องทางสื่อสาร (TLS)"),
    "crt": Text("Certificates", "ใบรับรองอิเล็กทรอนิกส์"),
    "dns": Text("Names and mail", "ชื่อโดเมนและอีเมล"),
    "web": Text("Web pages and API", "หน้าเว็บและ API"),
}
SUBJECTS = {
    "tls": ("portal.demo.test:443", "api.demo.test:443", "login.demo.test:443"),
    "crt": ("portal.demo.test:443", "api.demo.test:443", "login.demo.test:443"),
    "dns": ("demo.test",),
    "web": ("portal", "api"),
}
ODD = {
    "TLS-13": Verdict.INFO, "TLS-28": Verdict.NOT_APPLICABLE, "TLS-29": Verdict.INFO, "CRT-11": Verdict.INFO,
    "HTTP-07": Verdict.NOT_APPLICABLE, "HTTP-12": Verdict.INFO, "HTTP-27": Verdict.NOT_APPLICABLE,
}  # fmt: skip
OPEN = {
    "TLS-14": Verdict.INCONCLUSIVE, "TLS-30": Verdict.NOT_RUN, "DNS-01": Verdict.INCONCLUSIVE,
    "CK-06": Verdict.NOT_RUN, "WEB-21": Verdict.NEEDS_REVIEW, "HTTP-22": Verdict.ERROR,
}  # fmt: skip
#: What to say of a result: reason and fault by verdict.
REASONS = {
    Verdict.PASS: (Text("4 of 4 answers meet the requirement", "คำตอบ 4 จาก 4 รายการเป็นไปตามข้อกำหนด"), None),
    Verdict.INCONCLUSIVE: (
        Text("the control did not answer within 5 s, so silence proves nothing", "การทดสอบควบคุมไม่ตอบภายใน 5 วินาที การเงียบจึงพิสูจน์อะไรไม่ได้"),
        Fault.NETWORK,
    ),
    Verdict.NOT_RUN: (Text("no test account was supplied", "ไม่ได้จัดเตรียมบัญชีทดสอบ"), Fault.CREDENTIALS),
    Verdict.NEEDS_REVIEW: (Text("2 strings look like names of people", "พบข้อความ 2 รายการที่คล้ายชื่อบุคคล"), None),
    Verdict.ERROR: (Text("the probe broke: ValueError", "ตัวเก็บข้อมูลขัดข้อง: ValueError"), Fault.HARNESS),
    Verdict.NOT_APPLICABLE: (
        Text("the target claims no client certificates, and none was asked for", "แพลตฟอร์มไม่ได้แจ้งว่าใช้ใบรับรองฝั่งผู้ใช้ และไม่พบการร้องขอ"),
        None,
    ),
    Verdict.INFO: (Text("X25519MLKEM768 is not offered", "ไม่มี X25519MLKEM768 ให้เลือกใช้"), None),
}  # fmt: skip
WHY = Text(
    "Someone who types the bare address starts on plain HTTP, where anyone on the same network can answer for the platform. "
    "This header ends that for returning visitors, and only until its time runs out.",
    "ผู้ที่พิมพ์ที่อยู่เว็บเองจะเริ่มจาก HTTP ธรรมดา ซึ่งผู้อื่นในเครือข่ายเดียวกันสวมรอยตอบแทนแพลตฟอร์มได้ "
    "เฮดเดอร์นี้ป้องกันผู้ที่เคยเข้ามาแล้ว จนกว่าจะพ้นเวลาที่กำหนดไว้ จึงต้องกำหนดให้นานพอ เพื่อคุ้มครองข้อมูลสุขภาพของผู้ป่วย",
)
REMEDY = Text(
    "Send the header on every HTTPS response, error pages and redirects included, with a lifetime of at least one year.",
    "ส่งเฮดเดอร์นี้ในทุกคำตอบที่เป็น HTTPS รวมทั้งหน้าแสดงข้อผิดพลาดและการเปลี่ยนเส้นทาง โดยกำหนดอายุอย่างน้อยหนึ่งปี",
)
EXAMPLE = """# nginx, in the server block
add_header Strict-Transport-Security "max-age=31536000; includeSubDomains" always;

# Apache
Header always set Strict-Transport-Security "max-age=31536000; includeSubDomains"
"""
_OBLIGATIONS = {"m": Obligation.MUST, "s": Obligation.SHOULD, "y": Obligation.MAY}
_ORDER = tuple(Verdict)


def conforming() -> Run:
    """A platform that meets every binding requirement."""
    return _run("2569-0041", Decision.CONFORMANT, dict(ODD))


def bad() -> Run:
    """A platform with some 25 failures and a few checks that could not be decided."""
    return _run("2569-0042", Decision.NON_CONFORMANT, ODD | OPEN | dict.fromkeys(BROKEN, Verdict.FAIL))


def incomplete() -> Run:
    """A run that was interrupted before the web checks."""
    cut = {i: Verdict.NOT_RUN for d, i, *_ in _table() if d == "web"}
    return _run("2569-0043", Decision.UNDETERMINED, ODD | cut, complete=False)


def _table() -> list[tuple[str, str, str, str, str, str, str]]:
    rows = []
    for line in CHECKS.strip().splitlines():
        head, en, th, refs = line.split("|")
        domain, key, severity, obligation = head.split()
        rows.append((domain, key, severity, obligation, en, th, refs))
    return rows


def digest(text: str) -> str:
    """A stable SHA-256 for whatever needs one."""
    return hashlib.sha256(text.encode()).hexdigest()


def _item(row: tuple[str, str, str, str, str, str, str], verdict: Verdict) -> Item:
    domain, key, severity, obligation, en, th, refs = row
    subjects = SUBJECTS[domain]
    results = tuple(
        _result(key, s, domain, verdict if n == 0 or verdict is not Verdict.FAIL else Verdict.PASS)
        for n, s in enumerate(subjects)
    )
    return Item(
        id=key, version=1, domain=domain, title=Text(en, th), why=WHY, remedy=Text(*BROKEN[key][2:]) if key in BROKEN else REMEDY, example=EXAMPLE,
        severity=Severity(severity), obligation=_OBLIGATIONS[obligation], verifies=tuple(refs.split("; ")),
        settings={"at_least": "31536000"} if key in ("HTTP-03", "CRT-03", "TLS-11") else {},
        verdict=verdict, results=results,
    )  # fmt: skip


def _result(key: str, subject: str, domain: str, verdict: Verdict) -> Result:
    reason, fault = REASONS.get(verdict) or (Text(*BROKEN[key][:2]), None)
    silent = verdict in (Verdict.NOT_RUN, Verdict.ERROR)
    facts = (
        ()
        if silent
        else (
            ("Strict-Transport-Security", "max-age=300"),
            ("answers looked at", "/, /login, /api/, /no-such-page"),
        )
    )
    path = f"evidence/{domain}/{subject.replace(':', '_')}/Headers.json"
    cited = {"web": ("x-0001", "x-0002") if subject == "portal" else ("x-0003",)}.get(domain, ())
    return Result(
        check=key, subject=subject, verdict=verdict, reason=reason, assertions=0 if silent else 4, facts=facts, fault=fault,
        evidence=None if silent else path, digest=None if silent else digest(path),
        exchanges=() if silent else cited, control="x-0001" if key in ("TLS-14", "WEB-14") else None,
    )  # fmt: skip


def exchanges() -> dict[str, Exchange]:
    """Three exchanges that results cite: a page, an error page and a silent API."""
    sent = (
        ("Host", "portal.demo.test"),
        ("User-Agent", "moph-harness/0.1.0 (+conformance test; audit@subcommittee.test)"),
    )
    return {
        "x-0001": Exchange(
            id="x-0001", label="home page", url="https://portal.demo.test/", sent_headers=sent, status=200,
            headers=(
                ("Content-Type", "text/html; charset=utf-8"), ("Strict-Transport-Security", "max-age=300"),
                ("Set-Cookie", "session=[cookie:3f9a:43]; Path=/"), ("Server", "nginx/1.18.0"),
            ),
            body="<!doctype html>\n<title>ระเบียนสุขภาพของฉัน</title>\n<p>เลขประจำตัวประชาชน [thai-id:77b0:13]</p>\n" * 20,
            size=2210, redactions=(Redaction("cookie", "Set-Cookie"), Redaction("thai-id", "body", 20)),
            milliseconds=41, at="2026-11-22T01:15:09Z",
        ),
        "x-0002": Exchange(
            id="x-0002", label="no such page", url="https://portal.demo.test/no-such-page-5f2a", sent_headers=sent, status=404,
            headers=(("Content-Type", "text/html"), ("Server", "nginx/1.18.0")), body="Traceback (most recent call last):\n  File …",
            size=311, milliseconds=12, at="2026-11-22T01:15:10Z",
        ),
        "x-0003": Exchange(
            id="x-0003", label="API", method="OPTIONS", url="https://api.demo.test/v1/patients?name=สมชาย", tls="unverified",
            sent_headers=(*sent, ("Origin", "https://attacker.test"), ("Authorization", "Bearer [token:a11c:812]")),
            fault=Cause.TIMEOUT, detail="no status line within 10 s", milliseconds=10_000, at="2026-11-22T01:16:00Z",
        ),
    }  # fmt: skip


def _run(number: str, decision: Decision, verdicts: dict[str, Verdict], *, complete: bool = True) -> Run:
    items = tuple(_item(row, verdicts.get(row[1], Verdict.PASS)) for row in _table())
    musts = [i for i in items if i.obligation is Obligation.MUST and i.verdict is not Verdict.NOT_APPLICABLE]
    decided = [i for i in musts if i.verdict in (Verdict.PASS, Verdict.FAIL)]
    passed = [i for i in decided if i.verdict is Verdict.PASS]
    hosts = ("portal.demo.test", "api.demo.test", "login.demo.test")
    return Run(
        id=f"run-{number}", harness="moph-harness 0.1.0", started="2026-11-22T01:15:02Z", finished="2026-11-22T01:19:44Z",
        clock="2026-11-22T01:19:45Z", complete=complete, assurance="self-run" if number.endswith("2") else "witnessed",
        target=TargetInfo("แพลตฟอร์มระเบียนสุขภาพตัวอย่าง", "บริษัท เฮลท์เทคตัวอย่าง จำกัด", (
            ("portal", "portal", "https://portal.demo.test/"), ("api", "api", "https://api.demo.test/"),
            ("login", "idp", "https://login.demo.test/"), ("mail", "mail", "demo.test"),
        ), digest("target")),
        scope=ScopeInfo(
            "นางสาวตัวอย่าง ทดสอบระบบ ผู้อำนวยการฝ่ายเทคโนโลยีสารสนเทศ", "หนังสือที่ ตย 0201/1234 ลงวันที่ 10 พฤศจิกายน 2569", "audit@demo.test",
            hosts, "2026-11-22T08:00:00+07:00 – 2026-11-22T12:00:00+07:00", 5.0, 5000, (),
        ),
        profile=ProfileInfo(
            "baseline", "2026.1", Text("Baseline for health platforms", "เกณฑ์ขั้นพื้นฐานสำหรับแพลตฟอร์มสุขภาพ"),
            "https://standards.test/health-platform/2026.1", digest("profile"),
        ),
        decision=decision, tally=Tally(len(musts), len(decided), len(passed)), counts=_counts(items),
        domains=tuple(_summary(d, items) for d in TITLES), items=items, not_covered=GAPS,
        footprint=tuple(Footprint(h, 212, 148, 61_204, 1_403_995, 91.237) for h in hosts), exchanges=exchanges(),
        ledger=Ledger(as_of="2026-11-22"),
        files=tuple((r.evidence or "", r.digest or "") for r in {r.evidence: r for i in items for r in i.results if r.evidence}.values()),
    )  # fmt: skip


GAPS = (
    NotCovered("CRT-08", Text("Certificates are not revoked", "ใบรับรองไม่ถูกเพิกถอน"),
        Text("needs the issuer's servers, which are outside the scope", "ต้องติดต่อเซิร์ฟเวอร์ของผู้ออกใบรับรอง ซึ่งอยู่นอกขอบเขต")),
    NotCovered("HTTP-23", Text("Requests cannot be smuggled", "ลักลอบแทรกคำขอไม่ได้"),
        Text("dangerous to a shared front end; not permitted by the scope", "เสี่ยงต่อระบบส่วนหน้าที่ใช้ร่วมกัน และขอบเขตไม่อนุญาต")),
    NotCovered("ORG-04", Text("Backups are restored once a year", "ทดสอบกู้คืนข้อมูลสำรองปีละครั้ง"),
        Text("cannot be seen from outside; an auditor asks for the log", "มองจากภายนอกไม่เห็น ผู้ตรวจต้องขอดูบันทึก")),
)  # fmt: skip


def _counts(items: tuple[Item, ...]) -> dict[Verdict, int]:
    found = Counter(i.verdict for i in items)
    return {v: found[v] for v in Verdict if found[v]}


def _summary(domain: str, items: tuple[Item, ...]) -> DomainSummary:
    mine = tuple(i for i in items if i.domain == domain)
    return DomainSummary(
        domain, TITLES[domain], min((i.verdict for i in mine), key=_ORDER.index), _counts(mine)
    )


#: What a hostile platform puts into everything it controls.
NASTY = (
    "<script>alert(1)</script><img src=https://attacker.test/x onerror=alert(2)></style></title></code></pre></bdi><h1>"
    "\"' onmouseover=alert(3) {{7*7}} {% raw %} &lt; <!-- ]]> \u202egnp.exe\u202c\u2066\u200b\ufeff\x00\x07\x1b[31m\x85\u2028\r\n"
    "e\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301ก\u0e49\u0e49\u0e49\u0e49\u0e49\u0e49\u0e49\U000e0041 @import url(https://attacker.test/y);"
)


def hostile(long: int = 1_000_000) -> Run:
    """The bad run with markup, control characters and very long strings in every string there is."""
    made: Run = _poison(bad())
    huge = NASTY + "A" * long
    first = msgspec.structs.replace(made.items[0], why=Text(huge, huge), example=huge, title=Text(huge, huge))
    texts = dict(list(made.exchanges.items())[:1])
    swollen = {
        k: msgspec.structs.replace(x, body=huge, headers=((huge, huge), *(((NASTY, NASTY),) * 90)))
        for k, x in texts.items()
    }
    return msgspec.structs.replace(made, items=(first, *made.items[1:]), exchanges=made.exchanges | swollen)


def _poison(value: Any) -> Any:
    """Append the hostile string to every plain string below `value`, keys that link parts together included."""
    if isinstance(value, Enum):
        return value
    if isinstance(value, str):
        return value + NASTY
    if isinstance(value, msgspec.Struct):
        return msgspec.structs.replace(
            value, **{n: _poison(getattr(value, n)) for n in value.__struct_fields__}
        )
    if isinstance(value, dict):
        return {_poison(k): _poison(v) for k, v in value.items()}
    return tuple(map(_poison, value)) if isinstance(value, tuple) else value
