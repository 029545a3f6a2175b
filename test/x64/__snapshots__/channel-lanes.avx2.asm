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
  mov rdx,QWORD PTR [rsp]
  mov rdx,QWORD PTR [rdx]
  mov rsi,QWORD PTR [rsp+0x8]
  mov rsi,QWORD PTR [rsi+0x30]
  add rdx,rsi
  mov rsi,QWORD PTR [rcx]
  cmp rdx,rsi
  je L4
  mov QWORD PTR [rcx],rdx
  mov rdi,QWORD PTR [rsp]
  mov rdi,QWORD PTR [rdi+0x10]
  mov r9,QWORD PTR [rsp+0x8]
  mov r9,QWORD PTR [r9+0x8]
  add rdi,r9
  mov r8,QWORD PTR [rsp]
  mov r8,QWORD PTR [r8+0x8]
  mov r9,QWORD PTR [rsp+0x8]
  mov r9,QWORD PTR [r9+0x28]
  add r8,r9
  add rcx,0x40
  mov r9,rdi
  mov eax,0x3
  mov QWORD PTR [rsp+0x18],rax
  nop
L1:
  mov r10,r8
  movsxd r11,DWORD PTR [r10]
  test r11,r11
  js L2
  add r11,r9
  vmovups ymm0,YMMWORD PTR [constants+0x0]
  vmaskmovps ymm0,ymm0,YMMWORD PTR [r11]
  vmovups YMMWORD PTR [rcx],ymm0
  jmp L3
L2:
  vxorps ymm0,ymm0,ymm0
  vmovups YMMWORD PTR [rcx],ymm0
L3:
  add r10,0x4
  add rcx,0x1c
  add rcx,0x24
  add r9,0x1c
  dec QWORD PTR [rsp+0x18]
  jne L1
  add rcx,0xffffffffffffff40
L4:
  mov rcx,QWORD PTR [rsp+0x10]
  add rcx,0x40
  mov rdx,QWORD PTR [rsp]
  mov rdx,QWORD PTR [rdx+0x18]
  mov r8,QWORD PTR [rsp+0x8]
  mov r8,QWORD PTR [r8+0x10]
  add rdx,r8
  mov rsi,QWORD PTR [rsp]
  mov rsi,QWORD PTR [rsi+0x28]
  mov r8,QWORD PTR [rsp+0x8]
  mov r8,QWORD PTR [r8+0x20]
  add rsi,r8
  mov rdi,QWORD PTR [rsp]
  mov rdi,QWORD PTR [rdi+0x20]
  mov r8,QWORD PTR [rsp+0x8]
  mov r8,QWORD PTR [r8+0x18]
  add rdi,r8
  vmovups ymm0,YMMWORD PTR [constants+0x40]
  vmaskmovps ymm0,ymm0,YMMWORD PTR [rdi]
  vmovaps ymm1,ymm0
  vmovaps ymm2,ymm0
  vmovaps ymm3,ymm0
  vmovaps ymm4,ymm0
  vmovaps ymm5,ymm0
  prefetchw BYTE PTR [rsi]
  prefetchw BYTE PTR [rsi+0x2f]
  prefetchw BYTE PTR [rsi+0x5f]
  vmovups ymm6,YMMWORD PTR [rdx]
  vbroadcastss ymm7,DWORD PTR [rcx]
  vfmadd231ps ymm0,ymm6,ymm7
  vbroadcastss ymm7,DWORD PTR [rcx+0x4]
  vfmadd231ps ymm1,ymm6,ymm7
  vbroadcastss ymm7,DWORD PTR [rcx+0x8]
  vfmadd231ps ymm2,ymm6,ymm7
  vbroadcastss ymm7,DWORD PTR [rcx+0xc]
  vfmadd231ps ymm3,ymm6,ymm7
  vbroadcastss ymm7,DWORD PTR [rcx+0x10]
  vfmadd231ps ymm4,ymm6,ymm7
  vbroadcastss ymm7,DWORD PTR [rcx+0x14]
  vfmadd231ps ymm5,ymm6,ymm7
  vmovups ymm6,YMMWORD PTR [rdx+0x20]
  vbroadcastss ymm7,DWORD PTR [rcx+0x4]
  vfmadd231ps ymm0,ymm6,ymm7
  vbroadcastss ymm7,DWORD PTR [rcx+0x8]
  vfmadd231ps ymm1,ymm6,ymm7
  vbroadcastss ymm7,DWORD PTR [rcx+0xc]
  vfmadd231ps ymm2,ymm6,ymm7
  vbroadcastss ymm7,DWORD PTR [rcx+0x10]
  vfmadd231ps ymm3,ymm6,ymm7
  vbroadcastss ymm7,DWORD PTR [rcx+0x14]
  vfmadd231ps ymm4,ymm6,ymm7
  vbroadcastss ymm7,DWORD PTR [rcx+0x18]
  vfmadd231ps ymm5,ymm6,ymm7
  vmovups ymm6,YMMWORD PTR [rdx+0x40]
  vbroadcastss ymm7,DWORD PTR [rcx+0x40]
  vfmadd231ps ymm0,ymm6,ymm7
  vbroadcastss ymm7,DWORD PTR [rcx+0x44]
  vfmadd231ps ymm1,ymm6,ymm7
  vbroadcastss ymm7,DWORD PTR [rcx+0x48]
  vfmadd231ps ymm2,ymm6,ymm7
  vbroadcastss ymm7,DWORD PTR [rcx+0x4c]
  vfmadd231ps ymm3,ymm6,ymm7
  vbroadcastss ymm7,DWORD PTR [rcx+0x50]
  vfmadd231ps ymm4,ymm6,ymm7
  vbroadcastss ymm7,DWORD PTR [rcx+0x54]
  vfmadd231ps ymm5,ymm6,ymm7
  vmovups ymm6,YMMWORD PTR [rdx+0x60]
  vbroadcastss ymm7,DWORD PTR [rcx+0x44]
  vfmadd231ps ymm0,ymm6,ymm7
  vbroadcastss ymm7,DWORD PTR [rcx+0x48]
  vfmadd231ps ymm1,ymm6,ymm7
  vbroadcastss ymm7,DWORD PTR [rcx+0x4c]
  vfmadd231ps ymm2,ymm6,ymm7
  vbroadcastss ymm7,DWORD PTR [rcx+0x50]
  vfmadd231ps ymm3,ymm6,ymm7
  vbroadcastss ymm7,DWORD PTR [rcx+0x54]
  vfmadd231ps ymm4,ymm6,ymm7
  vbroadcastss ymm7,DWORD PTR [rcx+0x58]
  vfmadd231ps ymm5,ymm6,ymm7
  vmovups ymm6,YMMWORD PTR [rdx+0x80]
  vbroadcastss ymm7,DWORD PTR [rcx+0x80]
  vfmadd231ps ymm0,ymm6,ymm7
  vbroadcastss ymm7,DWORD PTR [rcx+0x84]
  vfmadd231ps ymm1,ymm6,ymm7
  vbroadcastss ymm7,DWORD PTR [rcx+0x88]
  vfmadd231ps ymm2,ymm6,ymm7
  vbroadcastss ymm7,DWORD PTR [rcx+0x8c]
  vfmadd231ps ymm3,ymm6,ymm7
  vbroadcastss ymm7,DWORD PTR [rcx+0x90]
  vfmadd231ps ymm4,ymm6,ymm7
  vbroadcastss ymm7,DWORD PTR [rcx+0x94]
  vfmadd231ps ymm5,ymm6,ymm7
  vmovups ymm6,YMMWORD PTR [rdx+0xa0]
  vbroadcastss ymm7,DWORD PTR [rcx+0x84]
  vfmadd231ps ymm0,ymm6,ymm7
  vbroadcastss ymm7,DWORD PTR [rcx+0x88]
  vfmadd231ps ymm1,ymm6,ymm7
  vbroadcastss ymm7,DWORD PTR [rcx+0x8c]
  vfmadd231ps ymm2,ymm6,ymm7
  vbroadcastss ymm7,DWORD PTR [rcx+0x90]
  vfmadd231ps ymm3,ymm6,ymm7
  vbroadcastss ymm7,DWORD PTR [rcx+0x94]
  vfmadd231ps ymm4,ymm6,ymm7
  vbroadcastss ymm7,DWORD PTR [rcx+0x98]
  vfmadd231ps ymm5,ymm6,ymm7
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
  vmovups XMMWORD PTR [rsi],xmm5
  vextractf128 xmm2,ymm5,0x1
  vmovlps QWORD PTR [rsi+0x10],xmm2
  vmovups XMMWORD PTR [rsi+0x18],xmm8
  vextractf128 xmm2,ymm8,0x1
  vmovlps QWORD PTR [rsi+0x28],xmm2
  vmovups XMMWORD PTR [rsi+0x30],xmm6
  vextractf128 xmm2,ymm6,0x1
  vmovlps QWORD PTR [rsi+0x40],xmm2
  vmovups XMMWORD PTR [rsi+0x48],xmm0
  vextractf128 xmm2,ymm0,0x1
  vmovlps QWORD PTR [rsi+0x58],xmm2
  vmovups XMMWORD PTR [rsi+0x60],xmm1
  vextractf128 xmm0,ymm1,0x1
  vmovlps QWORD PTR [rsi+0x70],xmm0
  add rdx,0xc0
  add rsi,0x78
  add rdi,0x14
  add rsp,0x400
  pop r15
  pop r14
  pop r13
  pop r12
  pop rbp
  pop rbx
  vzeroupper
  ret
