  push rbx
  push rbp
  push r12
  push r13
  push r14
  push r15
  add rsp,0xfffffffffffffc00
  mov QWORD PTR [rsp],rdi
  mov QWORD PTR [rsp+0x8],rsi
  mov QWORD PTR [rsp+0x10],rdx
  mov rcx,QWORD PTR [rsp+0x10]
  add rcx,0x200
  mov rcx,QWORD PTR [rsp]
  mov rcx,QWORD PTR [rcx+0x8]
  mov rdx,QWORD PTR [rsp+0x8]
  mov rdx,QWORD PTR [rdx+0x20]
  add rcx,rdx
  mov QWORD PTR [rsp+0x20],rcx
  mov rcx,QWORD PTR [rsp+0x8]
  mov rcx,QWORD PTR [rcx+0x28]
  mov QWORD PTR [rsp+0x18],rcx
  nop WORD PTR [rax+rax*1+0x0]
  nop DWORD PTR [rax+rax*1+0x0]
L1:
  mov rcx,QWORD PTR [rsp+0x20]
  mov rdi,QWORD PTR [rsp+0x10]
  add rdi,0x40
  mov rdx,QWORD PTR [rsp]
  mov rdx,QWORD PTR [rdx+0x18]
  mov r9,QWORD PTR [rsp+0x8]
  mov r9,QWORD PTR [r9+0x10]
  add rdx,r9
  movsxd rsi,DWORD PTR [rcx]
  add rsi,rsi
  add rsi,rsi
  add rdx,rsi
  mov r8,QWORD PTR [rsp]
  mov r8,QWORD PTR [r8+0x8]
  movsxd rsi,DWORD PTR [rcx+0x8]
  add r8,rsi
  mov r9,rdx
  mov eax,0x3
  mov QWORD PTR [rsp+0x28],rax
  nop WORD PTR [rax+rax*1+0x0]
  nop WORD PTR [rax+rax*1+0x0]
  nop DWORD PTR [rax+0x0]
L2:
  mov r10,r8
  movsxd r11,DWORD PTR [r10]
  test r11,r11
  js L3
  add r11,r9
  vmovups ymm0,YMMWORD PTR [constants+0x0]
  vmaskmovps ymm0,ymm0,YMMWORD PTR [r11]
  vmovups YMMWORD PTR [rdi],ymm0
  jmp L4
L3:
  vxorps ymm0,ymm0,ymm0
  vmovups YMMWORD PTR [rdi],ymm0
L4:
  add r10,0x4
  add rdi,0x1c
  add rdi,0x24
  add r9,0x1c
  dec QWORD PTR [rsp+0x28]
  jne L2
  add rdi,0xffffffffffffff40
  add rdi,0x100
  mov rdx,QWORD PTR [rsp]
  mov rdx,QWORD PTR [rdx+0x10]
  mov r8,QWORD PTR [rsp+0x8]
  mov r8,QWORD PTR [r8+0x8]
  add rdx,r8
  movsxd rsi,DWORD PTR [rcx+0x4]
  add rsi,rsi
  add rsi,rsi
  add rdx,rsi
  vmovups ymm0,YMMWORD PTR [constants+0x40]
  vmaskmovps ymm0,ymm0,YMMWORD PTR [rdx]
  vmovups ymm1,YMMWORD PTR [constants+0x40]
  vmaskmovps ymm1,ymm1,YMMWORD PTR [rdx+0x18]
  vmovups ymm2,YMMWORD PTR [constants+0x40]
  vmaskmovps ymm2,ymm2,YMMWORD PTR [rdx+0x30]
  vmovups ymm3,YMMWORD PTR [constants+0x40]
  vmaskmovps ymm3,ymm3,YMMWORD PTR [rdx+0x48]
  vmovups ymm4,YMMWORD PTR [constants+0x40]
  vmaskmovps ymm4,ymm4,YMMWORD PTR [rdx+0x60]
  vxorps ymm5,ymm5,ymm5
  vxorps ymm6,ymm6,ymm6
  vxorps ymm7,ymm7,ymm7
  vunpcklps ymm8,ymm0,ymm1
  vunpckhps ymm1,ymm0,ymm1
  vunpcklps ymm0,ymm2,ymm3
  vunpckhps ymm3,ymm2,ymm3
  vunpcklps ymm2,ymm4,ymm5
  vunpckhps ymm5,ymm4,ymm5
  vunpcklps ymm4,ymm6,ymm7
  vunpckhps ymm7,ymm6,ymm7
  vunpcklpd ymm6,ymm8,ymm0
  vunpckhpd ymm0,ymm8,ymm0
  vunpcklpd ymm8,ymm1,ymm3
  vunpckhpd ymm3,ymm1,ymm3
  vunpcklpd ymm1,ymm2,ymm4
  vunpckhpd ymm4,ymm2,ymm4
  vunpcklpd ymm2,ymm5,ymm7
  vunpckhpd ymm7,ymm5,ymm7
  vperm2f128 ymm5,ymm6,ymm1,0x20
  vperm2f128 ymm1,ymm6,ymm1,0x31
  vperm2f128 ymm6,ymm8,ymm2,0x20
  vperm2f128 ymm2,ymm8,ymm2,0x31
  vperm2f128 ymm8,ymm0,ymm4,0x20
  vperm2f128 ymm4,ymm0,ymm4,0x31
  vperm2f128 ymm0,ymm3,ymm7,0x20
  vperm2f128 ymm7,ymm3,ymm7,0x31
  vmovups YMMWORD PTR [rdi],ymm5
  vmovups YMMWORD PTR [rdi+0x20],ymm8
  vmovups YMMWORD PTR [rdi+0x40],ymm6
  vmovups YMMWORD PTR [rdi+0x60],ymm0
  vmovups YMMWORD PTR [rdi+0x80],ymm1
  vmovups YMMWORD PTR [rdi+0xa0],ymm4
  add rdx,0x18
  add rdi,0xc0
  add rdx,0x60
  add rdi,0xffffffffffffff60
  add rcx,0xc
  mov QWORD PTR [rsp+0x20],rcx
  mov rcx,QWORD PTR [rsp+0x10]
  add rcx,0x40
  lea rdx,[rcx+0x100]
  mov rsi,QWORD PTR [rsp+0x10]
  add rsi,0x200
  vxorps ymm0,ymm0,ymm0
  vxorps ymm1,ymm1,ymm1
  vxorps ymm2,ymm2,ymm2
  vxorps ymm3,ymm3,ymm3
  vxorps ymm4,ymm4,ymm4
  vxorps ymm5,ymm5,ymm5
  vmovups ymm6,YMMWORD PTR [rdx]
  vbroadcastss ymm7,DWORD PTR [rcx]
  vfmadd231ps ymm0,ymm6,ymm7
  vbroadcastss ymm7,DWORD PTR [rcx+0x4]
  vfmadd231ps ymm1,ymm6,ymm7
  vbroadcastss ymm7,DWORD PTR [rcx+0x40]
  vfmadd231ps ymm2,ymm6,ymm7
  vbroadcastss ymm7,DWORD PTR [rcx+0x44]
  vfmadd231ps ymm3,ymm6,ymm7
  vbroadcastss ymm7,DWORD PTR [rcx+0x80]
  vfmadd231ps ymm4,ymm6,ymm7
  vbroadcastss ymm7,DWORD PTR [rcx+0x84]
  vfmadd231ps ymm5,ymm6,ymm7
  vmovups ymm6,YMMWORD PTR [rdx+0x20]
  vbroadcastss ymm7,DWORD PTR [rcx+0x4]
  vfmadd231ps ymm0,ymm6,ymm7
  vbroadcastss ymm7,DWORD PTR [rcx+0x8]
  vfmadd231ps ymm1,ymm6,ymm7
  vbroadcastss ymm7,DWORD PTR [rcx+0x44]
  vfmadd231ps ymm2,ymm6,ymm7
  vbroadcastss ymm7,DWORD PTR [rcx+0x48]
  vfmadd231ps ymm3,ymm6,ymm7
  vbroadcastss ymm7,DWORD PTR [rcx+0x84]
  vfmadd231ps ymm4,ymm6,ymm7
  vbroadcastss ymm7,DWORD PTR [rcx+0x88]
  vfmadd231ps ymm5,ymm6,ymm7
  vmovups ymm6,YMMWORD PTR [rdx+0x40]
  vbroadcastss ymm7,DWORD PTR [rcx+0x8]
  vfmadd231ps ymm0,ymm6,ymm7
  vbroadcastss ymm7,DWORD PTR [rcx+0xc]
  vfmadd231ps ymm1,ymm6,ymm7
  vbroadcastss ymm7,DWORD PTR [rcx+0x48]
  vfmadd231ps ymm2,ymm6,ymm7
  vbroadcastss ymm7,DWORD PTR [rcx+0x4c]
  vfmadd231ps ymm3,ymm6,ymm7
  vbroadcastss ymm7,DWORD PTR [rcx+0x88]
  vfmadd231ps ymm4,ymm6,ymm7
  vbroadcastss ymm7,DWORD PTR [rcx+0x8c]
  vfmadd231ps ymm5,ymm6,ymm7
  vmovups ymm6,YMMWORD PTR [rdx+0x60]
  vbroadcastss ymm7,DWORD PTR [rcx+0xc]
  vfmadd231ps ymm0,ymm6,ymm7
  vbroadcastss ymm7,DWORD PTR [rcx+0x10]
  vfmadd231ps ymm1,ymm6,ymm7
  vbroadcastss ymm7,DWORD PTR [rcx+0x4c]
  vfmadd231ps ymm2,ymm6,ymm7
  vbroadcastss ymm7,DWORD PTR [rcx+0x50]
  vfmadd231ps ymm3,ymm6,ymm7
  vbroadcastss ymm7,DWORD PTR [rcx+0x8c]
  vfmadd231ps ymm4,ymm6,ymm7
  vbroadcastss ymm7,DWORD PTR [rcx+0x90]
  vfmadd231ps ymm5,ymm6,ymm7
  vmovups ymm6,YMMWORD PTR [rdx+0x80]
  vbroadcastss ymm7,DWORD PTR [rcx+0x10]
  vfmadd231ps ymm0,ymm6,ymm7
  vbroadcastss ymm7,DWORD PTR [rcx+0x14]
  vfmadd231ps ymm1,ymm6,ymm7
  vbroadcastss ymm7,DWORD PTR [rcx+0x50]
  vfmadd231ps ymm2,ymm6,ymm7
  vbroadcastss ymm7,DWORD PTR [rcx+0x54]
  vfmadd231ps ymm3,ymm6,ymm7
  vbroadcastss ymm7,DWORD PTR [rcx+0x90]
  vfmadd231ps ymm4,ymm6,ymm7
  vbroadcastss ymm7,DWORD PTR [rcx+0x94]
  vfmadd231ps ymm5,ymm6,ymm7
  vmovups ymm6,YMMWORD PTR [rdx+0xa0]
  vbroadcastss ymm7,DWORD PTR [rcx+0x14]
  vfmadd231ps ymm0,ymm6,ymm7
  vbroadcastss ymm7,DWORD PTR [rcx+0x18]
  vfmadd231ps ymm1,ymm6,ymm7
  vbroadcastss ymm7,DWORD PTR [rcx+0x54]
  vfmadd231ps ymm2,ymm6,ymm7
  vbroadcastss ymm7,DWORD PTR [rcx+0x58]
  vfmadd231ps ymm3,ymm6,ymm7
  vbroadcastss ymm7,DWORD PTR [rcx+0x94]
  vfmadd231ps ymm4,ymm6,ymm7
  vbroadcastss ymm7,DWORD PTR [rcx+0x98]
  vfmadd231ps ymm5,ymm6,ymm7
  vmovups YMMWORD PTR [rsi],ymm0
  vmovups YMMWORD PTR [rsi+0x20],ymm1
  vmovups YMMWORD PTR [rsi+0x40],ymm2
  vmovups YMMWORD PTR [rsi+0x60],ymm3
  vmovups YMMWORD PTR [rsi+0x80],ymm4
  vmovups YMMWORD PTR [rsi+0xa0],ymm5
  add rcx,0xc0
  add rsi,0xc0
  add rcx,0xffffffffffffff40
  add rsi,0xffffffffffffff40
  add rdx,0x20
  add rsi,0x20
  dec QWORD PTR [rsp+0x18]
  jne L1
  mov rcx,QWORD PTR [rsp+0x10]
  add rcx,0x200
  mov rdx,QWORD PTR [rsp]
  mov rdx,QWORD PTR [rdx+0x28]
  mov rsi,QWORD PTR [rsp+0x8]
  mov rsi,QWORD PTR [rsi+0x30]
  add rdx,rsi
  vmovups ymm0,YMMWORD PTR [rcx]
  vmovups ymm1,YMMWORD PTR [rcx+0x20]
  vmovups ymm2,YMMWORD PTR [rcx+0x40]
  vmovups ymm3,YMMWORD PTR [rcx+0x60]
  vmovups ymm4,YMMWORD PTR [rcx+0x80]
  vmovups ymm5,YMMWORD PTR [rcx+0xa0]
  vunpcklps ymm8,ymm0,ymm1
  vunpckhps ymm1,ymm0,ymm1
  vunpcklps ymm0,ymm2,ymm3
  vunpckhps ymm3,ymm2,ymm3
  vunpcklps ymm2,ymm4,ymm5
  vunpckhps ymm5,ymm4,ymm5
  vunpcklps ymm4,ymm6,ymm7
  vunpckhps ymm7,ymm6,ymm7
  vunpcklpd ymm6,ymm8,ymm0
  vunpckhpd ymm0,ymm8,ymm0
  vunpcklpd ymm8,ymm1,ymm3
  vunpckhpd ymm3,ymm1,ymm3
  vunpcklpd ymm1,ymm2,ymm4
  vunpckhpd ymm4,ymm2,ymm4
  vunpcklpd ymm2,ymm5,ymm7
  vunpckhpd ymm7,ymm5,ymm7
  vperm2f128 ymm5,ymm6,ymm1,0x20
  vperm2f128 ymm1,ymm6,ymm1,0x31
  vperm2f128 ymm6,ymm8,ymm2,0x20
  vperm2f128 ymm2,ymm8,ymm2,0x31
  vperm2f128 ymm8,ymm0,ymm4,0x20
  vperm2f128 ymm4,ymm0,ymm4,0x31
  vperm2f128 ymm0,ymm3,ymm7,0x20
  vperm2f128 ymm7,ymm3,ymm7,0x31
  vmovups XMMWORD PTR [rdx],xmm5
  vextractf128 xmm3,ymm5,0x1
  vmovlps QWORD PTR [rdx+0x10],xmm3
  vmovups XMMWORD PTR [rdx+0x18],xmm8
  vextractf128 xmm3,ymm8,0x1
  vmovlps QWORD PTR [rdx+0x28],xmm3
  vmovups XMMWORD PTR [rdx+0x30],xmm6
  vextractf128 xmm3,ymm6,0x1
  vmovlps QWORD PTR [rdx+0x40],xmm3
  vmovups XMMWORD PTR [rdx+0x48],xmm0
  vextractf128 xmm3,ymm0,0x1
  vmovlps QWORD PTR [rdx+0x58],xmm3
  vmovups XMMWORD PTR [rdx+0x60],xmm1
  vextractf128 xmm3,ymm1,0x1
  vmovlps QWORD PTR [rdx+0x70],xmm3
  add rcx,0x20
  add rdx,0x78
  add rsp,0x400
  pop r15
  pop r14
  pop r13
  pop r12
  pop rbp
  pop rbx
  vzeroupper
  ret
