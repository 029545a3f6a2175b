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
  mov eax,0x7f
  kmovw k1,eax
  vmovups zmm0{k1}{z},ZMMWORD PTR [r11]
  vmovups ZMMWORD PTR [rcx],zmm0
  jmp L3
L2:
  vxorps zmm0,zmm0,zmm0
  vmovups ZMMWORD PTR [rcx],zmm0
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
  mov eax,0x1f
  kmovw k1,eax
  vmovups zmm0{k1}{z},ZMMWORD PTR [rdi]
  vmovaps zmm1,zmm0
  vmovaps zmm2,zmm0
  vmovaps zmm3,zmm0
  vmovaps zmm4,zmm0
  vmovaps zmm5,zmm0
  prefetchw BYTE PTR [rsi]
  prefetchw BYTE PTR [rsi+0x2f]
  prefetchw BYTE PTR [rsi+0x5f]
  vmovups zmm6,ZMMWORD PTR [rdx]
  vfmadd231ps zmm0,zmm6,DWORD BCST [rcx]
  vfmadd231ps zmm1,zmm6,DWORD BCST [rcx+0x4]
  vfmadd231ps zmm2,zmm6,DWORD BCST [rcx+0x8]
  vfmadd231ps zmm3,zmm6,DWORD BCST [rcx+0xc]
  vfmadd231ps zmm4,zmm6,DWORD BCST [rcx+0x10]
  vfmadd231ps zmm5,zmm6,DWORD BCST [rcx+0x14]
  vmovups zmm6,ZMMWORD PTR [rdx+0x40]
  vfmadd231ps zmm0,zmm6,DWORD BCST [rcx+0x4]
  vfmadd231ps zmm1,zmm6,DWORD BCST [rcx+0x8]
  vfmadd231ps zmm2,zmm6,DWORD BCST [rcx+0xc]
  vfmadd231ps zmm3,zmm6,DWORD BCST [rcx+0x10]
  vfmadd231ps zmm4,zmm6,DWORD BCST [rcx+0x14]
  vfmadd231ps zmm5,zmm6,DWORD BCST [rcx+0x18]
  vmovups zmm6,ZMMWORD PTR [rdx+0x80]
  vfmadd231ps zmm0,zmm6,DWORD BCST [rcx+0x40]
  vfmadd231ps zmm1,zmm6,DWORD BCST [rcx+0x44]
  vfmadd231ps zmm2,zmm6,DWORD BCST [rcx+0x48]
  vfmadd231ps zmm3,zmm6,DWORD BCST [rcx+0x4c]
  vfmadd231ps zmm4,zmm6,DWORD BCST [rcx+0x50]
  vfmadd231ps zmm5,zmm6,DWORD BCST [rcx+0x54]
  vmovups zmm6,ZMMWORD PTR [rdx+0xc0]
  vfmadd231ps zmm0,zmm6,DWORD BCST [rcx+0x44]
  vfmadd231ps zmm1,zmm6,DWORD BCST [rcx+0x48]
  vfmadd231ps zmm2,zmm6,DWORD BCST [rcx+0x4c]
  vfmadd231ps zmm3,zmm6,DWORD BCST [rcx+0x50]
  vfmadd231ps zmm4,zmm6,DWORD BCST [rcx+0x54]
  vfmadd231ps zmm5,zmm6,DWORD BCST [rcx+0x58]
  vmovups zmm6,ZMMWORD PTR [rdx+0x100]
  vfmadd231ps zmm0,zmm6,DWORD BCST [rcx+0x80]
  vfmadd231ps zmm1,zmm6,DWORD BCST [rcx+0x84]
  vfmadd231ps zmm2,zmm6,DWORD BCST [rcx+0x88]
  vfmadd231ps zmm3,zmm6,DWORD BCST [rcx+0x8c]
  vfmadd231ps zmm4,zmm6,DWORD BCST [rcx+0x90]
  vfmadd231ps zmm5,zmm6,DWORD BCST [rcx+0x94]
  vmovups zmm6,ZMMWORD PTR [rdx+0x140]
  vfmadd231ps zmm0,zmm6,DWORD BCST [rcx+0x84]
  vfmadd231ps zmm1,zmm6,DWORD BCST [rcx+0x88]
  vfmadd231ps zmm2,zmm6,DWORD BCST [rcx+0x8c]
  vfmadd231ps zmm3,zmm6,DWORD BCST [rcx+0x90]
  vfmadd231ps zmm4,zmm6,DWORD BCST [rcx+0x94]
  vfmadd231ps zmm5,zmm6,DWORD BCST [rcx+0x98]
  vunpcklps zmm16,zmm0,zmm1
  vunpckhps zmm1,zmm0,zmm1
  vunpcklps zmm0,zmm2,zmm3
  vunpckhps zmm3,zmm2,zmm3
  vunpcklps zmm2,zmm4,zmm5
  vunpckhps zmm5,zmm4,zmm5
  vunpcklps zmm4,zmm6,zmm7
  vunpckhps zmm7,zmm6,zmm7
  vunpcklps zmm6,zmm8,zmm9
  vunpckhps zmm9,zmm8,zmm9
  vunpcklps zmm8,zmm10,zmm11
  vunpckhps zmm11,zmm10,zmm11
  vunpcklps zmm10,zmm12,zmm13
  vunpckhps zmm13,zmm12,zmm13
  vunpcklps zmm12,zmm14,zmm15
  vunpckhps zmm15,zmm14,zmm15
  vunpcklpd zmm14,zmm16,zmm0
  vunpckhpd zmm0,zmm16,zmm0
  vunpcklpd zmm16,zmm1,zmm3
  vunpckhpd zmm3,zmm1,zmm3
  vunpcklpd zmm1,zmm2,zmm4
  vunpckhpd zmm4,zmm2,zmm4
  vunpcklpd zmm2,zmm5,zmm7
  vunpckhpd zmm7,zmm5,zmm7
  vunpcklpd zmm5,zmm6,zmm8
  vunpckhpd zmm8,zmm6,zmm8
  vunpcklpd zmm6,zmm9,zmm11
  vunpckhpd zmm11,zmm9,zmm11
  vunpcklpd zmm9,zmm10,zmm12
  vunpckhpd zmm12,zmm10,zmm12
  vunpcklpd zmm10,zmm13,zmm15
  vunpckhpd zmm15,zmm13,zmm15
  vshuff32x4 zmm13,zmm14,zmm1,0x88
  vshuff32x4 zmm1,zmm14,zmm1,0xdd
  vshuff32x4 zmm14,zmm16,zmm2,0x88
  vshuff32x4 zmm2,zmm16,zmm2,0xdd
  vshuff32x4 zmm16,zmm0,zmm4,0x88
  vshuff32x4 zmm4,zmm0,zmm4,0xdd
  vshuff32x4 zmm0,zmm3,zmm7,0x88
  vshuff32x4 zmm7,zmm3,zmm7,0xdd
  vshuff32x4 zmm3,zmm5,zmm9,0x88
  vshuff32x4 zmm9,zmm5,zmm9,0xdd
  vshuff32x4 zmm5,zmm6,zmm10,0x88
  vshuff32x4 zmm10,zmm6,zmm10,0xdd
  vshuff32x4 zmm6,zmm8,zmm12,0x88
  vshuff32x4 zmm12,zmm8,zmm12,0xdd
  vshuff32x4 zmm8,zmm11,zmm15,0x88
  vshuff32x4 zmm15,zmm11,zmm15,0xdd
  vshuff32x4 zmm11,zmm13,zmm3,0x88
  vshuff32x4 zmm3,zmm13,zmm3,0xdd
  vshuff32x4 zmm13,zmm14,zmm5,0x88
  vshuff32x4 zmm5,zmm14,zmm5,0xdd
  vshuff32x4 zmm14,zmm16,zmm6,0x88
  vshuff32x4 zmm6,zmm16,zmm6,0xdd
  vshuff32x4 zmm16,zmm0,zmm8,0x88
  vshuff32x4 zmm8,zmm0,zmm8,0xdd
  vshuff32x4 zmm0,zmm1,zmm9,0x88
  vshuff32x4 zmm9,zmm1,zmm9,0xdd
  vshuff32x4 zmm1,zmm2,zmm10,0x88
  vshuff32x4 zmm10,zmm2,zmm10,0xdd
  vshuff32x4 zmm2,zmm4,zmm12,0x88
  vshuff32x4 zmm12,zmm4,zmm12,0xdd
  vshuff32x4 zmm4,zmm7,zmm15,0x88
  vshuff32x4 zmm15,zmm7,zmm15,0xdd
  mov eax,0x3f
  kmovw k1,eax
  vmovups ZMMWORD PTR [rsi]{k1},zmm11
  vmovups ZMMWORD PTR [rsi+0x18]{k1},zmm14
  vmovups ZMMWORD PTR [rsi+0x30]{k1},zmm13
  vmovups ZMMWORD PTR [rsi+0x48]{k1},zmm16
  vmovups ZMMWORD PTR [rsi+0x60]{k1},zmm0
  add rdx,0x180
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
